namespace Evenkeel.Numerics.Images;

/// <summary>The windows along one axis: window o begins at element o·stride − padding, and what lies outside is no part of it.</summary>
/// <param name="Inputs">The number of elements.</param>
/// <param name="Kernel">The length of a window.</param>
/// <param name="Stride">How far apart windows begin.</param>
/// <param name="Padding">How far the first window begins before the first element; at most half a window.</param>
internal readonly record struct PoolingAxis(int Inputs, int Kernel, int Stride, int Padding)
{
    /// <summary>The number of windows that fit; below 1 where none does.</summary>
    public int Outputs { get; } = (int)Math.Floor((Inputs + 2.0 * Padding - Kernel) / Stride + 1);

    /// <summary>Where a window begins; below 0 in the padding.</summary>
    public int Start(int output) => output * Stride - Padding;

    /// <summary>The part of a window that lies inside: its places from the first up to the end.</summary>
    public (int First, int End) Inside(int output)
    {
        int start = Start(output);
        return (Math.Max(0, -start), Math.Min(Kernel, Inputs - start));
    }

    /// <summary>The windows that an element is part of; none where the end is not behind the first.</summary>
    public (int First, int End) Over(int input)
    {
        int place = input + Padding;
        return (place < Kernel ? 0 : (place - Kernel) / Stride + 1, Math.Min(Outputs, place / Stride + 1));
    }

    /// <summary>How many windows, from the given one on, lie wholly inside, up to the limit.</summary>
    public int WhollyInside(int output, int limit)
    {
        int start = Start(output), last = Inputs - Kernel;
        return start < 0 || start > last ? 0 : Math.Min(limit, (last - start) / Stride + 1);
    }

    /// <summary>
    /// How many elements, a stride apart from the given one on, are part of as many windows as there would be without a first and
    /// a last one, up to the limit.
    /// </summary>
    public int WhollyCovered(int input, int limit)
    {
        long place = input + Padding, end = Math.Min((long)Outputs * Stride, Inputs + Padding);
        return place < Kernel - Stride || place >= end ? 0 : (int)Math.Min(limit, (end - 1 - place) / Stride + 1);
    }
}
