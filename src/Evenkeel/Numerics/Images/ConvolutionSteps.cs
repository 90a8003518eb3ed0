namespace Evenkeel.Numerics.Images;

/// <summary>
/// What a convolution, or the gradient of its input, does along one axis: which elements of a source sum up to an element of a target.
/// </summary>
/// <remarks>
/// <para>Forward, target[i] sums over source[i·s + k·d − p] for each k: stride s, dilation d, padding p.</para>
/// <para>
/// Backward, the source is the gradient of the output: target[t] sums over source[(t + p − k·d)/s] for those k that leave no
/// remainder. These are the same for t = φ, φ + s, φ + 2s, …: so the targets fall into s phases φ, each a convolution with
/// stride 1 and part of the kernel. In either direction, then, target[φ + i·Phases] sums over source[i·Step + place].
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
        LeastPlace = backward ? FloorDivide(axis.Padding - reach, axis.Stride) : -axis.Padding;
        GreatestPlace = backward ? FloorDivide(axis.Stride - 1 + axis.Padding, axis.Stride) : reach - axis.Padding;
    }

    /// <summary>From a target to the next of the same phase.</summary>
    public int Phases { get; }

    /// <summary>From the source of a target to that of the next of the same phase.</summary>
    public int Step { get; }

    /// <summary>No element of the kernel has a place below.</summary>
    public int LeastPlace { get; }

    /// <summary>No element of the kernel has a place above.</summary>
    public int GreatestPlace { get; }

    /// <summary>Elements of the whole kernel.</summary>
    public int Kernel => _axis.Kernel;

    /// <summary>Targets of all phases.</summary>
    public int Targets => _backward ? _axis.Input : _axis.Output;

    /// <summary>Targets of the phase that has most.</summary>
    public int TargetsOfPhase => (Targets + Phases - 1) / Phases;

    /// <summary>From an element of the kernel that a phase has to the next, in the source.</summary>
    public int PlaceStep => _backward ? _axis.Dilation / GreatestDivisor(_axis.Dilation, _axis.Stride) : _axis.Dilation;

    /// <summary>The <paramref name="index"/>th element of the kernel, ordered by its place in the source, if the phase has it.</summary>
    public bool TryPlace(int phase, int index, out int tap, out int place)
    {
        if (!_backward)
        {
            tap = index;
            place = index * _axis.Dilation - _axis.Padding;
            return true;
        }

        tap = _axis.Kernel - 1 - index;
        int position = phase + _axis.Padding - tap * _axis.Dilation;
        place = FloorDivide(position, _axis.Stride);
        return place * _axis.Stride == position;
    }

    /// <summary>How many elements of the kernel a phase has.</summary>
    public int Taps(int phase)
    {
        int taps = 0;
        for (int i = 0; i < Kernel; i++)
        {
            taps += TryPlace(phase, i, out _, out _) ? 1 : 0;
        }

        return taps;
    }

    /// <summary>How much source is read for so many targets of each phase.</summary>
    public int SourceOf(int targetsOfPhase) => (targetsOfPhase - 1) * Step + GreatestPlace - LeastPlace + 1;

    /// <summary>For how many targets of each phase so much source is enough.</summary>
    public long TargetsFor(long source) => (source - (GreatestPlace - LeastPlace + 1)) / Step + 1;

    private static int FloorDivide(int dividend, int divisor) => (int)Math.Floor((double)dividend / divisor);

    private static int GreatestDivisor(int a, int b)
    {
        while (b != 0)
        {
            (a, b) = (b, a % b);
        }

        return a;
    }
}
