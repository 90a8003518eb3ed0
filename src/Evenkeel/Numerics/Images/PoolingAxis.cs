namespace Evenkeel.Numerics.Images;

/// <summary>The windows along one axis; window o starts at element o·stride − padding.</summary>
/// <remarks>The part of a window outside of the axis is ignored; no window lies wholly outside.</remarks>
/// <param name="Inputs">The number of elements.</param>
/// <param name="Kernel">The length of a window.</param>
/// <param name="Stride">The distance between the starts of windows.</param>
/// <param name="Padding">The distance from the start of the first window to the first element; less than a window.</param>
/// <param name="PaddingAfter">The elements behind the last one that a window may cover; less than a window.</param>
/// <param name="Ceiling">True if a last window may reach beyond the padding, provided that it does not start beyond the elements.</param>
internal readonly record struct PoolingAxis(int Inputs, int Kernel, int Stride, int Padding, int PaddingAfter, bool Ceiling)
{
    /// <summary>The number of windows that fit; below 1 where none does.</summary>
    public int Outputs { get; } = CountWindows(Inputs, Kernel, Stride, Padding, PaddingAfter, Ceiling);

    /// <summary>True if each window has as many elements as the others, those of the padding among them.</summary>
    public bool IsCoveredByPadding => (Outputs - 1L) * Stride + Kernel <= (long)Inputs + Padding + PaddingAfter;

    /// <summary>Returns the first element of a window; below 0 in the padding.</summary>
    public int Start(int output) => output * Stride - Padding;

    /// <summary>Returns the range of a window's positions that lie inside.</summary>
    public (int First, int End) Inside(int output)
    {
        int start = Start(output);
        return (Math.Max(0, -start), Math.Min(Kernel, Inputs - start));
    }

    /// <summary>Returns the number of elements of a window, with those of the padding or without.</summary>
    public int Count(int output, bool withPadding)
    {
        long start = Start(output);
        return (int)(withPadding
            ? Math.Min(Kernel, Inputs + PaddingAfter - start)
            : Math.Min(Kernel, Inputs - start) - Math.Max(0, -start));
    }

    /// <summary>Returns the range of windows that contain an element; empty if the end is not after the first.</summary>
    public (int First, int End) Over(int input)
    {
        int position = input + Padding;
        return (position < Kernel ? 0 : (position - Kernel) / Stride + 1, Math.Min(Outputs, position / Stride + 1));
    }

    /// <summary>Counts the windows, from the given one on, that lie wholly inside, up to the limit.</summary>
    public int WhollyInside(int output, int limit)
    {
        int start = Start(output), last = Inputs - Kernel;
        return start < 0 || start > last ? 0 : Math.Min(limit, (last - start) / Stride + 1);
    }

    /// <summary>Counts the elements, a stride apart from the given one on, that no end of the axis deprives of a window.</summary>
    public int WhollyCovered(int input, int limit)
    {
        long position = input + Padding, end = Math.Min((long)Outputs * Stride, Inputs + Padding);
        return position < Kernel - Stride || position >= end ? 0 : (int)Math.Min(limit, (end - 1 - position) / Stride + 1);
    }

    private static int CountWindows(int inputs, int kernel, int stride, int before, int after, bool ceiling)
    {
        double steps = ((double)inputs + before + after - kernel) / stride;
        if (!ceiling)
        {
            return (int)Math.Floor(steps + 1);
        }

        double count = Math.Ceiling(steps) + 1;
        return (int)((count - 1) * stride >= (double)inputs + before ? count - 1 : count);
    }
}
