using Evenkeel.Layers;

namespace Evenkeel.Tests.Reference;

/// <summary>Pooling of images [N, C, H, W] in double precision, window by window.</summary>
internal sealed record PoolingReference(
    int Planes, Extent Size, Extent Kernel, Extent Stride, Padding Padding, bool CeilMode = false, bool CountIncludePad = true)
{
    private int[][]? _windows;

    public Extent Output { get; } = new(
        CountWindows(Size.Height, Kernel.Height, Stride.Height, Padding.Top, Padding.Bottom, CeilMode),
        CountWindows(Size.Width, Kernel.Width, Stride.Width, Padding.Left, Padding.Right, CeilMode));

    public int InputLength => Planes * Size.Height * Size.Width;

    public int OutputLength => Planes * Output.Height * Output.Width;

    public double[] Max(double[] x) => [.. (_windows ??= Windows()).Select(window => x[Winner(x, window)])];

    public double[] MaxGradient(double[] x, double[] dy)
    {
        double[] dx = new double[InputLength];
        foreach ((int[] window, double gradient) in (_windows ??= Windows()).Zip(dy))
        {
            dx[Winner(x, window)] += gradient;
        }

        return dx;
    }

    public double[] Average(double[] x) =>
        [.. (_windows ??= Windows()).Select((window, number) => window.Sum(i => x[i]) / Count(number, window))];

    public double[] AverageGradient(double[] dy)
    {
        double[] dx = new double[InputLength];
        foreach ((int number, int[] window) in (_windows ??= Windows()).Index())
        {
            Array.ForEach(window, i => dx[i] += dy[number] / Count(number, window));
        }

        return dx;
    }

    private static int CountWindows(int size, int kernel, int stride, int before, int after, bool ceilMode)
    {
        int count = (size + before + after - kernel + (ceilMode ? stride - 1 : 0)) / stride + 1;
        return ceilMode && (count - 1) * stride >= size + before ? count - 1 : count;
    }

    /// <summary>The elements of a window that the mean is divided by.</summary>
    private int Count(int number, int[] window)
    {
        int row = number / Output.Width % Output.Height, column = number % Output.Width;
        return CountIncludePad
            ? Inside(row * Stride.Height, Kernel.Height, Size.Height + Padding.Top + Padding.Bottom).Count()
                * Inside(column * Stride.Width, Kernel.Width, Size.Width + Padding.Left + Padding.Right).Count()
            : window.Length;
    }

    private static int Winner(double[] x, int[] window)
    {
        int winner = window[0];
        foreach (int i in window)
        {
            winner = x[i] > x[winner] || double.IsNaN(x[i]) ? i : winner;
        }

        return winner;
    }

    /// <summary>The numbers of the elements of each window.</summary>
    private int[][] Windows() => [..
        from plane in Enumerable.Range(0, Planes)
        from row in Enumerable.Range(0, Output.Height)
        from column in Enumerable.Range(0, Output.Width)
        select (int[])[..
            from y in Inside(row * Stride.Height - Padding.Top, Kernel.Height, Size.Height)
            from x in Inside(column * Stride.Width - Padding.Left, Kernel.Width, Size.Width)
            select (plane * Size.Height + y) * Size.Width + x]];

    private static IEnumerable<int> Inside(int start, int length, int end) => Enumerable.Range(start, length).Where(i => i >= 0 && i < end);
}
