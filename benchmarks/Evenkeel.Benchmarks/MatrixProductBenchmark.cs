using System.Globalization;
using System.Numerics.Tensors;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Matrices;

namespace Evenkeel.Benchmarks;

/// <summary>
/// The matrix product beside two that anyone would write first: rows of B scaled and added by TensorPrimitives, and
/// plain loops. Both rivals take B as it lies; where the product is with a transpose, they are given it transposed.
/// </summary>
internal static class MatrixProductBenchmark
{
    private static readonly (string Use, int M, int N, int K, bool TransposeA, bool TransposeB)[] Products =
    [
        ("square", 960, 960, 960, false, false),
        ("layer forward", 100, 100, 784, false, true),
        ("layer forward", 100, 100, 100, false, true),
        ("layer forward", 100, 10, 100, false, true),
        ("input gradient", 100, 100, 100, false, false),
        ("weight gradient", 100, 784, 100, true, false),
        ("weight gradient", 100, 100, 100, true, false),
        ("evaluation", 1000, 100, 784, false, true),
        ("wide forward", 256, 1024, 1024, false, true),
        ("wide weight gradient", 1024, 1024, 256, true, false),
        ("one sample", 1, 1000, 1000, false, true),
    ];

    public static void Run()
    {
        Console.WriteLine("GFLOP/s, medians; x: how many times as fast as the rival, both on one thread.");
        Console.WriteLine("|                      | m×n×k          | 1 thread | 2 threads | TensorPrimitives |     x | loops |     x |");
        Console.WriteLine("| -------------------- | -------------- | -------: | --------: | ---------------: | ----: | ----: | ----: |");
        int threads = Parallelism.Threads;
        foreach ((string use, int m, int n, int k, bool transposeA, bool transposeB) in Products)
        {
            float[] a = Uniform(m * k), b = Uniform(k * n), c = new float[m * n];
            double[] seconds = Rounds.MedianSeconds(
                () => Multiply(1),
                () => Multiply(2),
                () => ByRows(a, b, c, m, n, k),
                () => ByLoops(a, b, c, m, n, k));
            double[] speeds = Array.ConvertAll(seconds, s => 2e-9 * m * n * k / s);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"| {use,-20} | {$"{m}×{n}×{k}",-14} | {speeds[0],8:F0} | {speeds[1],9:F0} | {speeds[2],16:F1} | {speeds[0] / speeds[2],5:F1} | {speeds[3],5:F1} | {speeds[0] / speeds[3],5:F1} |"));

            void Multiply(int count)
            {
                Parallelism.Threads = count;
                MatrixView left = transposeA ? new MatrixView(a, k, m).Transposed : new(a, m, k);
                MatrixView right = transposeB ? new MatrixView(b, n, k).Transposed : new(b, k, n);
                MatrixProduct.Multiply(left, right, c);
            }
        }

        Parallelism.Threads = threads;
    }

    private static void ByRows(float[] a, float[] b, float[] c, int m, int n, int k)
    {
        for (int i = 0; i < m; i++)
        {
            Span<float> row = c.AsSpan(i * n, n);
            row.Clear();
            for (int p = 0; p < k; p++)
            {
                TensorPrimitives.MultiplyAdd(b.AsSpan(p * n, n), a[i * k + p], row, row);
            }
        }
    }

    private static void ByLoops(float[] a, float[] b, float[] c, int m, int n, int k)
    {
        Array.Clear(c);
        for (int i = 0; i < m; i++)
        {
            for (int p = 0; p < k; p++)
            {
                float factor = a[i * k + p];
                for (int j = 0; j < n; j++)
                {
                    c[i * n + j] += factor * b[p * n + j];
                }
            }
        }
    }

    private static float[] Uniform(int length)
    {
        var random = new Random(1);
        var values = new float[length];
        for (int i = 0; i < length; i++)
        {
            values[i] = random.NextSingle() - 0.5f;
        }

        return values;
    }
}
