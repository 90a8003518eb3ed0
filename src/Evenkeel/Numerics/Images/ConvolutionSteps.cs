namespace Evenkeel.Numerics.Images;

/// <summary>The elements of a source over which a convolution, or the gradient of its input, sums along one axis.</summary>
/// <remarks>
/// <para>Forward, target[i] sums over source[i·s + k·d − p] for each k: stride s, dilation d, padding p.</para>
/// <para>
/// Backward, the source is the gradient of the output: target[t] sums over source[(t + p − k·d)/s] for those k that leave no
/// remainder. These are the same for t = φ, φ + s, φ + 2s, …, so the targets are divided into s phases φ, each a convolution with
/// stride 1 and part of the kernel. In either direction, target[φ + i·Phases] sums over source[i·Step + offset].
/// </para>
/// </remarks>
internal readonly struct ConvolutionSteps
{
    private readonly ConvolutionAxis _axis;
    private readonly bool _backward;

    public ConvolutionSteps(ConvolutionAxis axis, bool backward)
    {
        _axis = axis;
        _backward = backward;
        Phases = backward ? Math.Min(axis.Stride, axis.Input) : 1;
        Step = backward ? 1 : axis.Stride;
        int reach = (axis.Kernel - 1) * axis.Dilation;
        MinOffset = backward ? FloorDivide(axis.Padding - reach, axis.Stride) : -axis.Padding;
        MaxOffset = backward ? FloorDivide(axis.Stride - 1 + axis.Padding, axis.Stride) : reach - axis.Padding;
    }

    /// <summary>The distance from a target to the next of the same phase.</summary>
    public int Phases { get; }

    /// <summary>The distance from the source of a target to that of the next of the same phase.</summary>
    public int Step { get; }

    /// <summary>The least offset of an element of the kernel.</summary>
    public int MinOffset { get; }

    /// <summary>The greatest offset of an element of the kernel.</summary>
    public int MaxOffset { get; }

    /// <summary>Elements of the whole kernel.</summary>
    public int Kernel => _axis.Kernel;

    /// <summary>Targets of all phases.</summary>
    public int Targets => _backward ? _axis.Input : _axis.Output;

    /// <summary>Targets of the largest phase.</summary>
    public int TargetsOfPhase => (Targets + Phases - 1) / Phases;

    /// <summary>The distance in the source from an element of the kernel that a phase has to the next.</summary>
    public int OffsetStep => _backward ? _axis.Dilation / GreatestCommonDivisor(_axis.Dilation, _axis.Stride) : _axis.Dilation;

    /// <summary>Finds the <paramref name="index"/>th element of the kernel, in the order of offsets, if the phase has it.</summary>
    public bool TryOffset(int phase, int index, out int tap, out int offset)
    {
        if (!_backward)
        {
            tap = index;
            offset = index * _axis.Dilation - _axis.Padding;
            return true;
        }

        tap = _axis.Kernel - 1 - index;
        int distance = phase + _axis.Padding - tap * _axis.Dilation;
        offset = FloorDivide(distance, _axis.Stride);
        return offset * _axis.Stride == distance;
    }

    /// <summary>Counts the elements of the kernel that a phase has.</summary>
    public int Taps(int phase)
    {
        int taps = 0;
        for (int i = 0; i < Kernel; i++)
        {
            taps += TryOffset(phase, i, out _, out _) ? 1 : 0;
        }

        return taps;
    }

    /// <summary>Returns the length of source that a number of targets of each phase needs.</summary>
    public int SourceOf(int targetsOfPhase) => (targetsOfPhase - 1) * Step + MaxOffset - MinOffset + 1;

    /// <summary>Returns the number of targets of each phase for which a length of source is enough.</summary>
    public long TargetsFor(long source) => (source - (MaxOffset - MinOffset + 1)) / Step + 1;

    private static int FloorDivide(int dividend, int divisor) => (int)Math.Floor((double)dividend / divisor);

    private static int GreatestCommonDivisor(int a, int b)
    {
        while (b != 0)
        {
            (a, b) = (b, a % b);
        }

        return a;
    }
}
