using Evenkeel.Studies.Studies.FeatureScaling;

namespace Evenkeel.Studies.Tests.Studies.FeatureScaling;

public class SymmetricMatrixTests
{
    [Fact]
    public void A_matrix_of_known_eigenvalues_gives_them_rising_with_their_vectors()
    {
        (double Value, double[] Vector)[] axes = SymmetricMatrix.Eigen(new double[,] { { 2, -1, 0 }, { -1, 2, -1 }, { 0, -1, 2 } });
        double[] expected = [2 - Math.Sqrt(2), 2, 2 + Math.Sqrt(2)];
        for (int i = 0; i < 3; i++)
        {
            Assert.Equal(expected[i], axes[i].Value, 1e-14);
        }

        double[] middle = axes[1].Vector;
        Assert.Equal([Math.Sqrt(0.5), 0, Math.Sqrt(0.5)], middle.Select(x => Math.Round(Math.Abs(x), 14)), (a, b) =>
            Math.Abs(a - b) < 1e-13);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(13)]
    public void Values_and_vectors_make_up_the_matrix(int n)
    {
        var random = new Random(n);
        var factor = new double[n, n];
        for (int i = 0; i < n * n; i++)
        {
            factor[i / n, i % n] = random.NextDouble() - 0.5;
        }

        var matrix = new double[n, n];
        for (int i = 0; i < n * n * n; i++)
        {
            matrix[i / n / n, i / n % n] += factor[i / n / n, i % n] * factor[i / n % n, i % n];
        }

        (double Value, double[] Vector)[] axes = SymmetricMatrix.Eigen(matrix);
        for (int i = 0; i < n; i++)
        {
            for (int j = 0; j < n; j++)
            {
                Assert.Equal(matrix[i, j], axes.Sum(axis => axis.Value * axis.Vector[i] * axis.Vector[j]), 1e-13);
                Assert.Equal(i == j ? 1 : 0, axes[i].Vector.Zip(axes[j].Vector, (a, b) => a * b).Sum(), 1e-13);
            }
        }
    }

    [Fact]
    public void A_small_eigenvalue_beside_one_ten_billion_times_as_large_keeps_its_digits()
    {
        double[] values = [.. SymmetricMatrix.Eigen(new[,] { { 1, 0.5e5 }, { 0.5e5, 1e10 } }).Select(axis => axis.Value)];
        double large = (1e10 + 1 + Math.Sqrt((1e10 - 1) * (1e10 - 1) + 1e10)) / 2;
        Assert.Equal(1, values[1] / large, 1e-15);
        Assert.Equal(1, values[0] / (0.75e10 / large), 1e-14);
    }
}
