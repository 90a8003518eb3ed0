namespace Evenkeel.Numerics.Images;

/// <summary>The windows along one axis; window o starts at element o·stride − padding.</summary>
/// <remarks>The part of a window outside of the axis is ignored.</remarks>
/// <param name="Inputs">The number of elements.</param>
/// <param name="Kernel">The length of a window.</param>
/// <param name="Stride">The distance between the starts of windows.</param>
/// <param name="Padding">The distance from the start of the first window to the first element; at most half a window.</param>
internal readonly record struct PoolingAxis(int Inputs, int Kernel, int Stride, int Padding)
{
    /// <summary>The number of windows that fit; below 1 where none does.</summary>
    public int Outputs { get; } = (int)Math.Floor((Inputs + 2.0 * Padding - Kernel) / Stride + 1);

    /// <summary>Returns the first element of a window; below 0 in the padding.</summary>
    public int Start(int output) => output * Stride - Padding;

    /// <summary>Returns the range of a window's positions that lie inside.</summary>
    public (int First, int End) Inside(int output)
    {
        int start = Start(output);
        return (Math.Max(0, -start), Math.Min(Kernel, Inputs - start));
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
}
