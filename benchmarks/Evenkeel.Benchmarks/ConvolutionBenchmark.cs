using System.Globalization;
using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Matrices;

namespace Evenkeel.Benchmarks;

/// <summary>
/// The convolutions of ResNet-20 and of a network for MNIST, each pass beside the plain matrix product of the same size, which has
/// the patches in memory already.
/// </summary>
internal static class ConvolutionBenchmark
{
    private const int Batch = 128;

    private static readonly (string Use, int Side, int Inputs, int Outputs, int Stride)[] Convolutions =
    [
        ("ResNet-20, first", 32, 3, 16, 1),
        ("ResNet-20, stage 1", 32, 16, 16, 1),
        ("ResNet-20, to stage 2", 32, 16, 32, 2),
        ("ResNet-20, stage 2", 16, 32, 32, 1),
        ("ResNet-20, to stage 3", 16, 32, 64, 2),
        ("ResNet-20, stage 3", 8, 64, 64, 1),
        ("MNIST, first", 28, 1, 32, 1),
        ("MNIST, second", 14, 32, 64, 1),
    ];

    public static void Run()
    {
        Console.WriteLine(
            $"3×3 with padding 1, batch {Batch}, channels last. GFLOP/s, medians, of the convolution and of the product of the same size.");
        int threads = Parallelism.Threads;
        foreach (int count in (int[])[1, 2])
        {
            Parallelism.Threads = count;
            Console.WriteLine();
            Console.WriteLine($"| {count} thread(s)           | shape          | forward | product | ratio | input gradient | product | ratio | weight gradient | product | ratio |");
            Console.WriteLine("| --------------------- | -------------- | ------: | ------: | ----: | -------------: | ------: | ----: | --------------: | ------: | ----: |");
            foreach ((string use, int side, int inputs, int outputs, int stride) in Convolutions)
            {
                Measure(use, side, inputs, outputs, stride);
            }
        }

        Parallelism.Threads = threads;
    }

    private static void Measure(string use, int side, int inputs, int outputs, int stride)
    {
        int result = side / stride, pixels = Batch * result * result, patch = 9 * inputs;
        var layer = new Conv2d(
            inputs, outputs, 3, new RandomSource(1), new() { Stride = stride, Padding = 1, Bias = false, ChannelAxis = -1 });
        Tensor<float> x = Uniform(Batch, side, side, inputs), dy = Uniform(Batch, result, result, outputs);
        float[] patches = new float[pixels * patch], y = new float[pixels * outputs], weight = new float[patch * outputs];
        layer.Forward(x, Pass.Training);
        double[] seconds = Rounds.MedianSeconds(
            () => layer.Forward(x, Pass.Training),
            () => layer.BackwardToParameters(dy),
            () => layer.Backward(dy),
            () => MatrixProduct.Multiply(new(patches, pixels, patch), new(weight, patch, outputs), y),
            () => MatrixProduct.Multiply(new MatrixView(patches, pixels, patch).Transposed, new(y, pixels, outputs), weight),
            () => MatrixProduct.Multiply(new(y, pixels, outputs), new MatrixView(weight, patch, outputs).Transposed, patches));
        double operations = 2e-9 * pixels * patch * outputs;
        double forward = operations / seconds[0], toWeight = operations / seconds[1], toInput = operations / (seconds[2] - seconds[1]);
        double[] products = [operations / seconds[3], operations / seconds[4], operations / seconds[5]];
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {use,-21} | {$"{side}×{side}×{inputs}→{outputs}",-14} | {forward,7:F0} | {products[0],7:F0} | {forward / products[0],5:F2} | {toInput,14:F0} | {products[2],7:F0} | {toInput / products[2],5:F2} | {toWeight,15:F0} | {products[1],7:F0} | {toWeight / products[1],5:F2} |"));
    }

    private static Tensor<float> Uniform(params ReadOnlySpan<nint> lengths)
    {
        var random = new Random(1);
        var values = new float[(int)TensorPrimitives.Product<nint>(lengths)];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = random.NextSingle() - 0.5f;
        }

        return Tensor.Create(values, lengths);
    }
}
