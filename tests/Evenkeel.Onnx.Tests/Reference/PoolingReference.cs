namespace Evenkeel.Onnx.Tests.Reference;

/// <summary>Poolings of windows, and means over axes.</summary>
internal static class PoolingReference
{
    public static NdArray Max(NdArray x, Window window) => Pool(x, window, (elements, _) => elements.Max());

    public static NdArray Average(NdArray x, Window window, bool countsPadding) =>
        Pool(x, window, (elements, padded) => elements.Sum() / (countsPadding ? padded : elements.Count));

    /// <summary>The mean over axes, which stay with length 1.</summary>
    public static NdArray Mean(NdArray x, params int[] axes)
    {
        int[] lengths = [.. x.Lengths.Select((length, axis) => axes.Contains(axis) ? 1 : length)];
        double count = axes.Aggregate(1, (product, axis) => product * x.Lengths[axis]);
        return NdArray.Of(lengths, index => NdArray.Indices([.. x.Lengths.Select((length, axis) => axes.Contains(axis) ? length : 1)])
            .Sum(offset => x[[.. index.Zip(offset, (i, o) => i + o)]]) / count);
    }

    /// <summary>Reduces the elements of each window that are in the image; also given: those in the image or its padding.</summary>
    private static NdArray Pool(NdArray x, Window window, Func<List<double>, int, double> reduce)
    {
        int[] sizes = x.Lengths[2..];
        return NdArray.Of([.. x.Lengths[..2], .. sizes.Select((size, axis) => window.Outputs(axis, size))], index =>
        {
            var elements = new List<double>();
            int padded = 0;
            foreach (int[] offset in NdArray.Indices(window.Kernel))
            {
                int[] position = [.. sizes.Select((size, axis) => window.Position(axis, index[axis + 2], offset[axis], size))];
                if (position.Zip(sizes).All(axis => axis.First >= 0 && axis.First < axis.Second))
                {
                    elements.Add(x[[index[0], index[1], .. position]]);
                }

                padded += sizes.Index().All(axis =>
                    position[axis.Index] < axis.Item + window.PadsOf(axis.Index, axis.Item).After) ? 1 : 0;
            }

            return reduce(elements, padded);
        });
    }
}
