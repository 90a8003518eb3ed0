using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using Evenkeel.Inference;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;

namespace Evenkeel.Benchmarks;

/// <summary>The size from which on two threads win, back to back and after a pause, in which threads fall asleep.</summary>
internal static class SplittingBenchmark
{
    private const int Rounds = 201;

    /// <summary>Microseconds between two calls; workers fall asleep after 50.</summary>
    private const int Pause = 300;

    public static void Run()
    {
        Console.WriteLine("Microseconds, medians, back to back and after a pause; x: how many times as fast as one thread.");
        Console.WriteLine("| operation                | size          | 1 thread | 2, awake |     x | 1, paused | 2, paused |     x |");
        Console.WriteLine("| ------------------------ | ------------- | -------: | -------: | ----: | --------: | --------: | ----: |");
        int threads = Parallelism.Threads;
        Action<int> nothing = static _ => { };
        Print("nothing, two chunks", "", () => Parallelism.For(2, nothing));
        foreach (int rows in (int[])[64, 128, 256, 512, 1024])
        {
            Tensor<float> x = Rows(rows, 1024), gradient = Rows(rows, 1024);
            var relu = new Relu();
            Print("ReLU", $"{rows}×1024", () => relu.Predict(x));
            var normalization = new BatchNorm(1024);
            Print("batch norm, forward", $"{rows}×1024", () => normalization.Forward(x, Pass.Training));
            Print("batch norm, backward", $"{rows}×1024", () => normalization.Backward(gradient));
        }

        foreach ((int channels, int size) in ((int, int)[])[(4, 14), (8, 7), (8, 14), (16, 14), (32, 14)])
        {
            Tensor<float> x = Tensor.Reshape(Rows(1, channels * size * size), [1, channels, size, size]);
            var convolution = new Conv2d(channels, channels, 3, new RandomSource(1), new() { Padding = 1 });
            Print("convolution 3×3, forward", $"{channels}×{size}×{size}", () => convolution.Predict(x));
        }

        (int Rows, int Width)[] products = [(1, 560), (1, 800), (1, 1024), (64, 100), (100, 100), (128, 100), (256, 100), (64, 256)];
        foreach ((int rows, int width) in products)
        {
            Tensor<float> x = Rows(rows, width);
            var linear = new Linear(width, width, new RandomSource(1));
            Print("linear, forward", $"{rows}×{width}×{width}", () => linear.Predict(x));
        }

        foreach (int batch in (int[])[4, 8, 16, 24, 32])
        {
            Print("predictor, 784–5×100–10", $"{batch}×784", Prediction(batch));
        }

        Parallelism.Threads = threads;
    }

    private static Action Prediction(int batch)
    {
        const int Inputs = 784, Outputs = 10;
        Sequential network = MultilayerPerceptron.Create(Inputs, [100, 100, 100, 100, 100], Outputs, new RandomSource(1));
        Predictor predictor = network.Compile([Inputs]);
        float[] input = RandomValues.Normal(batch * Inputs, seed: 1), output = new float[batch * Outputs];
        return () => predictor.Predict(input, output, batch);
    }

    private static void Print(string operation, string size, Action action)
    {
        double[] one = new double[Rounds], two = new double[Rounds], oneAfterPause = new double[Rounds], twoAfterPause = new double[Rounds];
        for (int i = -50; i < Rounds; i++)
        {
            int index = Math.Max(i, 0);
            Parallelism.Threads = 1;
            one[index] = Awake(action);
            oneAfterPause[index] = AfterPause(action);
            Parallelism.Threads = 2;
            two[index] = Awake(action);
            twoAfterPause[index] = AfterPause(action);
        }

        double a = Median(one), b = Median(two), c = Median(oneAfterPause), d = Median(twoAfterPause);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {operation,-24} | {size,-13} | {a,8:F1} | {b,8:F1} | {a / b,5:F2} | {c,9:F1} | {d,9:F1} | {c / d,5:F2} |"));
    }

    /// <summary>The time of one of several calls, back to back.</summary>
    private static double Awake(Action action)
    {
        const int Calls = 8;
        action();
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Calls; i++)
        {
            action();
        }

        return Stopwatch.GetElapsedTime(start).TotalMicroseconds / Calls;
    }

    private static double AfterPause(Action action)
    {
        long start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start).TotalMicroseconds < Pause)
        {
            Thread.SpinWait(10);
        }

        start = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(start).TotalMicroseconds;
    }

    private static double Median(double[] values) => new Quartiles(values).Median;

    private static Tensor<float> Rows(int rows, int columns) =>
        Tensor.Create(RandomValues.Normal(rows * columns, seed: 1), [rows, columns]);
}
