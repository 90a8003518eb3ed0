using System.Diagnostics;
using Evenkeel.Layers;
using Evenkeel.Layers.Pooling;

namespace Evenkeel.Onnx.Writing;

/// <summary>Writes poolings of images with the channels first.</summary>
internal static class PoolingWriter
{
    /// <summary>The axis of the channels of a pooling layer.</summary>
    public static int AxisOf(Layer layer) => layer switch
    {
        WindowPooling pooling => pooling.ChannelAxis,
        GlobalAveragePool2d pooling => pooling.ChannelAxis,
        AdaptiveAveragePool2d pooling => pooling.ChannelAxis,
        _ => throw new UnreachableException(),
    };

    /// <summary>Writes a pooling layer.</summary>
    /// <param name="graph">Receives the nodes.</param>
    /// <param name="path">The path of the layer.</param>
    /// <param name="layer">The layer.</param>
    /// <param name="x">The images.</param>
    /// <param name="shape">The shape of a sample of the output, as the network has it.</param>
    public static OnnxValue Write(GraphWriter graph, string path, Layer layer, OnnxValue x, nint[] shape)
    {
        switch (layer)
        {
            case MaxPool2d pooling:
                return x with
                {
                    Name = graph.Node(
                        path,
                        "MaxPool",
                        [x.Name],
                        [.. WindowAttributes.Of(pooling, x).ToAttributes(), GraphWriter.Attribute("ceil_mode", pooling.CeilMode ? 1L : 0)]),
                    Shape = shape,
                };

            case AveragePool2d pooling:
                return x with
                {
                    Name = graph.Node(
                        path,
                        "AveragePool",
                        [x.Name],
                        [
                            .. WindowAttributes.Of(pooling, x).ToAttributes(),
                            GraphWriter.Attribute("ceil_mode", pooling.CeilMode ? 1L : 0),
                            GraphWriter.Attribute("count_include_pad", pooling.CountIncludePad ? 1L : 0),
                        ]),
                    Shape = shape,
                };

            case GlobalAveragePool2d:
                string means = graph.Node($"{path}.means", "GlobalAveragePool", [x.Name]);
                return new OnnxValue(graph.Node(path, "Flatten", [means], GraphWriter.Attribute("axis", 1L)), shape);

            case AdaptiveAveragePool2d pooling:
                return x with { Name = WriteAdaptive(graph, path, pooling, x), Shape = shape };

            default:
                throw new UnreachableException();
        }
    }

    private static string WriteAdaptive(GraphWriter graph, string path, AdaptiveAveragePool2d pooling, OnnxValue x)
    {
        if (pooling.Size == 1)
        {
            return graph.Node(path, "GlobalAveragePool", [x.Name]);
        }

        nint[] images = x.IsTransposed ? x.Shape[..^1] : x.Shape[1..];
        int height = (int)images[0], width = (int)images[1];
        if (height % pooling.Size.Height == 0 && width % pooling.Size.Width == 0)
        {
            int[] window = [height / pooling.Size.Height, width / pooling.Size.Width];
            return graph.Node(
                path,
                "AveragePool",
                [x.Name],
                GraphWriter.Attribute("kernel_shape", window),
                GraphWriter.Attribute("strides", window));
        }

        // Windows of different sizes: the means of rows, times the images, times those of columns.
        string columns = graph.Constant(
            $"{path}.columns", Means(width, pooling.Size.Width, isTransposed: true), width, pooling.Size.Width);
        string rows = graph.Constant(
            $"{path}.rows", Means(height, pooling.Size.Height, isTransposed: false), pooling.Size.Height, height);
        string narrowed = graph.Node($"{path}.narrowed", "MatMul", [x.Name, columns]);
        return graph.Node(path, "MatMul", [rows, narrowed]);
    }

    /// <summary>The matrix [outputs, inputs], or its transpose, that gives the means of windows.</summary>
    private static float[] Means(int inputs, int outputs, bool isTransposed)
    {
        var means = new float[inputs * outputs];
        for (int output = 0; output < outputs; output++)
        {
            int start = (int)((long)output * inputs / outputs), end = (int)(((output + 1L) * inputs - 1) / outputs) + 1;
            for (int input = start; input < end; input++)
            {
                means[isTransposed ? input * outputs + output : output * inputs + input] = 1f / (end - start);
            }
        }

        return means;
    }
}
