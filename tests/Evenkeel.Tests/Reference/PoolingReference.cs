using Evenkeel.Layers;

namespace Evenkeel.Tests.Reference;

/// <summary>Pooling of images [N, C, H, W] in double precision, window by window.</summary>
internal sealed record PoolingReference(int Planes, Extent Size, Extent Kernel, Extent Stride, Extent Padding)
{
    private int[][]? _windows;

    public Extent Output { get; } = new(
        (Size.Height + 2 * Padding.Height - Kernel.Height) / Stride.Height + 1,
        (Size.Width + 2 * Padding.Width - Kernel.Width) / Stride.Width + 1);

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
        [.. (_windows ??= Windows()).Select(window => window.Sum(i => x[i]) / (Kernel.Height * Kernel.Width))];

    public double[] AverageGradient(double[] dy)
    {
        double[] dx = new double[InputLength];
        foreach ((int[] window, double gradient) in (_windows ??= Windows()).Zip(dy))
        {
            Array.ForEach(window, i => dx[i] += gradient / (Kernel.Height * Kernel.Width));
        }

        return dx;
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
            from y in Inside(row * Stride.Height - Padding.Height, Kernel.Height, Size.Height)
            from x in Inside(column * Stride.Width - Padding.Width, Kernel.Width, Size.Width)
            select (plane * Size.Height + y) * Size.Width + x]];

    private static IEnumerable<int> Inside(int start, int length, int end) => Enumerable.Range(start, length).Where(i => i >= 0 && i < end);
}
