using System.Globalization;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Matrices;

namespace Evenkeel.Benchmarks;

/// <summary>The matrix product beside PyTorch's and OpenBLAS's, each with the kernels it detects and with those for AVX-512.</summary>
internal static class MatrixProductPeersBenchmark
{
    private static readonly (int M, int N, int K)[] Products =
        [(960, 960, 960), (1024, 1008, 1152), (96, 96, 784), (100, 100, 784), (256, 1024, 1024), (100, 10, 100), (1, 1000, 1000)];

    public static void Run()
    {
        Console.WriteLine("GFLOP/s, medians of the rounds; x: the median of the rounds' ratios.");
        Console.WriteLine("| m×n×k          | threads | rival         | kernels  | Evenkeel | rival |    x |");
        Console.WriteLine("| -------------- | ------: | ------------- | -------- | -------: | ----: | ---: |");
        foreach (int threads in new[] { 2, 1 })
        {
            using var peer = new PyTorchSetups(threads);
            foreach ((int m, int n, int k) in Products)
            {
                float[] a = Numbers(m * k), b = Numbers(k * n), c = new float[m * n];
                foreach ((string rival, string call) in new[] { ("PyTorch mm", "mm"), ("OpenBLAS", "blas") })
                {
                    foreach (string kernels in new[] { "detected", "AVX-512" })
                    {
                        PyTorchSetups.Comparison comparison = peer.Compare(
                            () => MatrixProduct.Multiply(new(a, m, k), new(b, k, n), c),
                            [string.Create(CultureInfo.InvariantCulture, $"{call} {m} {n} {k}")],
                            kernels);
                        double work = 2e-9 * m * n * k;
                        Console.WriteLine(string.Create(
                            CultureInfo.InvariantCulture,
                            $"| {$"{m}×{n}×{k}",-14} | {threads,7} | {rival,-13} | {kernels,-8} | {work / comparison.Ours,8:F0} | {work / comparison.Theirs,5:F0} | {comparison.Ratio,4:F2} |"));
                    }
                }
            }
        }
    }

    private static float[] Numbers(int length)
    {
        var values = new float[length];
        new RandomStream(Seed: 1, Stream: 0).FillNormal(values, mean: 0, standardDeviation: 1);
        return values;
    }
}
