using Evenkeel.Numerics.Matrices;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.ProcessWideState;
using static Evenkeel.Tests.Support.Matrices;

namespace Evenkeel.Tests.Numerics.Matrices;

[Collection(nameof(ProcessWideState))]
public class MatrixProductThreadsTests
{
    [Theory]
    [InlineData(100, 100, 784)]
    [InlineData(3, 1700, 600)]
    [InlineData(1700, 3, 600)]
    [InlineData(131, 257, 513)]
    public void Has_the_same_bits_for_any_number_of_threads(int m, int n, int k)
    {
        float[] a = TestData.Uniform(m * k, seed: 1);
        float[] b = TestData.Uniform(k * n, seed: 2);
        foreach (bool transposeA in (bool[])[false, true])
        {
            foreach (bool transposeB in (bool[])[false, true])
            {
                float[] alone = new float[m * n];
                WithThreads(1, () => Multiply(alone));
                foreach (int threads in (int[])[2, 3, 8])
                {
                    float[] together = new float[m * n];
                    WithThreads(threads, () => Multiply(together));
                    Assert.Equal(alone, together);
                }

                void Multiply(float[] c) => MatrixProduct.Multiply(View(a, m, k, transposeA), View(b, k, n, transposeB), c);
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Allocates_nothing_once_it_has_run(int threads) => WithThreads(threads, () =>
    {
        float[] a = new float[100 * 784], b = new float[100 * 784], c = new float[100 * 100];
        RunOften();
        Assert.Equal(0, AllocatedBytes(RunOften));

        void RunOften()
        {
            for (int i = 0; i < 100; i++)
            {
                MatrixProduct.Multiply(View(a, 100, 784, false), View(b, 784, 100, true), c);
                MatrixProduct.Multiply(View(a, 784, 100, true), View(c, 100, 100, false), b, accumulate: true);
            }
        }
    });
}
