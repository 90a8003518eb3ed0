using System.Globalization;
using Evenkeel.Numerics.Matrices;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Probes;

/// <summary>Products of all four kinds, small and with edges, one of them over several blocks of the inner length.</summary>
public sealed class MatrixProductProbe : Probe
{
    private static readonly (bool A, bool B)[] Transposes = [(false, false), (false, true), (true, false), (true, true)];

    private static readonly (int M, int N, int K)[] Sizes = [(1, 1, 1), (3, 5, 7), (17, 49, 33), (9, 50, 600), (60, 100, 100)];

    public override void Run(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        foreach ((int m, int n, int k) in Sizes)
        {
            float[] a = TestData.Uniform(m * k, seed: 1);
            float[] b = TestData.Uniform(k * n, seed: 2);
            foreach ((bool transposeA, bool transposeB) in Transposes)
            {
                float[] c = TestData.Uniform(m * n, seed: 3);
                MatrixView left = Matrices.View(a, m, k, transposeA), right = Matrices.View(b, k, n, transposeB);
                MatrixProduct.Multiply(left, right, c);
                string product = Hash<float>(c);
                MatrixProduct.Multiply(left, right, c, accumulate: true);
                output.WriteLine(string.Create(
                    CultureInfo.InvariantCulture, $"{m}x{n}x{k} {transposeA} {transposeB} {product} {Hash<float>(c)}"));
            }
        }
    }
}
