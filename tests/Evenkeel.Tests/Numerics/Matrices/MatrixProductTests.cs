using Evenkeel.Numerics.Matrices;
using Evenkeel.Tests.Probes;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Numerics.Matrices;

public class MatrixProductTests
{
    private const float Epsilon = 1.1920929e-7f;

    private static readonly (bool A, bool B)[] Transposes = [(false, false), (false, true), (true, false), (true, true)];

    /// <summary>On both sides of the edges of tiles, which have 4 or 8 rows and up to 12, 24 or 48 columns.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(17)]
    public void Equals_a_double_loop_at_the_edges_of_tiles(int m)
    {
        for (int n = 1; n <= 97; n++)
        {
            foreach (int k in (int[])[1, 6, 17])
            {
                AssertEqualsReference(m, n, k);
            }
        }
    }

    [Theory]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(257)]
    [InlineData(511)]
    [InlineData(513)]
    [InlineData(784)]
    [InlineData(2000)]
    public void Equals_a_double_loop_across_blocks_of_the_inner_length(int k) => AssertEqualsReference(19, 53, k);

    [Theory]
    [InlineData(100, 100, 784)]
    [InlineData(784, 100, 100)]
    [InlineData(1, 700, 300)]
    [InlineData(700, 1, 300)]
    [InlineData(300, 2500, 220)] // more columns than fit one packed block
    [InlineData(7, 9000, 64)]
    public void Equals_a_double_loop_when_split_over_threads(int m, int n, int k) => AssertEqualsReference(m, n, k);

    [Fact]
    public void Is_the_defined_chain_of_operations_bit_for_bit()
    {
        // Lengths of blocks: 100; 2 of 150; 3 of 223 (and 222).
        foreach ((int k, int block) in ((int, int)[])[(100, 100), (300, 150), (668, 223)])
        {
            const int M = 11, N = 61;
            float[] a = TestData.Uniform(M * k, seed: 1);
            float[] b = TestData.Uniform(k * N, seed: 2);
            float[] c = TestData.Uniform(M * N, seed: 3);
            var expected = (float[])c.Clone();
            for (int i = 0; i < M; i++)
            {
                for (int j = 0; j < N; j++)
                {
                    for (int first = 0; first < k; first += block)
                    {
                        float sum = 0;
                        for (int p = first; p < Math.Min(k, first + block); p++)
                        {
                            sum = MathF.FusedMultiplyAdd(a[i * k + p], b[p * N + j], sum);
                        }

                        expected[i * N + j] += sum;
                    }
                }
            }

            MatrixProduct.Multiply(a, false, b, false, c, M, N, k, accumulate: true);
            Assert.Equal(expected, c);
        }
    }

    [Fact]
    public void An_element_does_not_depend_on_the_rows_and_columns_around_it()
    {
        const int M = 37, N = 75, K = 300;
        float[] a = TestData.Uniform(M * K, seed: 1);
        float[] b = TestData.Uniform(N * K, seed: 2);
        var whole = new float[M * N];
        MatrixProduct.Multiply(a, false, b, true, whole, M, N, K);
        var one = new float[1];
        for (int i = 0; i < M; i += 3)
        {
            for (int j = 0; j < N; j++)
            {
                MatrixProduct.Multiply(a.AsSpan(i * K, K), false, b.AsSpan(j * K, K), true, one, 1, 1, K);
                Assert.Equal(one[0], whole[i * N + j]);
            }
        }
    }

    [Theory]
    [InlineData(InstructionSets.NoAvx512)]
    [InlineData(InstructionSets.NoAvx2)]
    public void Has_the_same_bits_with_other_instruction_sets(InstructionSets instructionSets) =>
        Assert.Equal(ProbeRunner.Run<MatrixProductProbe>(), ProbeRunner.Run<MatrixProductProbe>(instructionSets));

    [Fact]
    public void Never_touches_memory_outside_its_operands()
    {
        foreach ((int m, int n, int k) in ((int, int, int)[])
            [(1, 1, 1), (1, 17, 5), (9, 16, 4), (5, 50, 3), (8, 48, 16), (13, 100, 33), (4, 3, 257), (100, 100, 100)])
        {
            foreach ((bool transposeA, bool transposeB) in Transposes)
            {
                using var a = new GuardedMemory(m * k);
                using var b = new GuardedMemory(k * n);
                using var c = new GuardedMemory(m * n);
                MatrixProduct.Multiply(a.Span, transposeA, b.Span, transposeB, c.Span, m, n, k, accumulate: true);
            }
        }
    }

    [Fact]
    public void Writes_nothing_but_the_result()
    {
        const int M = 5, N = 21, K = 9, Margin = 64;
        var memory = new float[M * N + 2 * Margin];
        memory.AsSpan().Fill(7);
        MatrixProduct.Multiply(new float[M * K], false, new float[K * N], false, memory.AsSpan(Margin, M * N), M, N, K);
        Assert.All(memory[..Margin], x => Assert.Equal(7, x));
        Assert.All(memory[^Margin..], x => Assert.Equal(7, x));
        Assert.All(memory[Margin..^Margin], x => Assert.Equal(0, x));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_value_that_is_not_finite_reaches_its_row_or_column_and_no_other(float value)
    {
        const int M = 10, N = 50, K = 20;
        float[] a = TestData.Uniform(M * K, seed: 1);
        float[] b = TestData.Uniform(K * N, seed: 2);
        var c = new float[M * N];
        a[3 * K + 19] = value;
        MatrixProduct.Multiply(a, false, b, false, c, M, N, K);
        for (int i = 0; i < c.Length; i++)
        {
            Assert.Equal(i / N != 3, float.IsFinite(c[i]));
        }

        a[3 * K + 19] = 1;
        b[5 * N + 49] = value;
        MatrixProduct.Multiply(a, false, b, false, c, M, N, K);
        for (int i = 0; i < c.Length; i++)
        {
            Assert.Equal(i % N != 49, float.IsFinite(c[i]));
        }
    }

    [Fact]
    public void Zero_times_infinity_is_not_skipped()
    {
        var c = new float[1];
        MatrixProduct.Multiply([0, 1], false, [float.PositiveInfinity, 1], false, c, 1, 1, 2);
        Assert.True(float.IsNaN(c[0]));
    }

    [Fact]
    public void With_an_inner_length_of_zero_the_product_is_zero()
    {
        float[] c = [1, 2, 3, 4];
        MatrixProduct.Multiply([], false, [], false, c, 2, 2, 0, accumulate: true);
        Assert.Equal([1, 2, 3, 4], c);
        MatrixProduct.Multiply([], false, [], false, c, 2, 2, 0);
        Assert.Equal([0, 0, 0, 0], c);
    }

    [Fact]
    public void An_empty_result_is_left_alone()
    {
        MatrixProduct.Multiply([], false, new float[12], false, [], 0, 3, 4);
        MatrixProduct.Multiply(new float[12], true, [], true, [], 3, 0, 4);
    }

    [Theory]
    [InlineData(-1, 2, 2, "m")]
    [InlineData(2, -1, 2, "n")]
    [InlineData(2, 2, -1, "k")]
    public void A_negative_size_is_refused(int m, int n, int k, string parameter) => Assert.Equal(
        parameter,
        Assert.Throws<ArgumentOutOfRangeException>(
            () => MatrixProduct.Multiply(new float[4], false, new float[4], false, new float[4], m, n, k)).ParamName);

    [Theory]
    [InlineData(5, 12, 8, "a")]
    [InlineData(6, 11, 8, "b")]
    [InlineData(6, 12, 9, "c")]
    public void A_span_of_another_length_is_refused(int a, int b, int c, string parameter)
    {
        var thrown = Assert.Throws<ArgumentException>(
            () => MatrixProduct.Multiply(new float[a], false, new float[b], false, new float[c], 2, 4, 3));
        Assert.Equal(parameter, thrown.ParamName);
        Assert.Contains("elements", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Sizes_whose_product_overflows_are_refused() => Assert.Throws<ArgumentException>(
        () => MatrixProduct.Multiply([], false, [], false, [], 65536, 65536, 65536));

    [Fact]
    public void A_result_that_overlaps_an_operand_is_refused()
    {
        var memory = new float[7];
        Assert.Equal("c", Assert.Throws<ArgumentException>(() => MatrixProduct.Multiply(
            memory.AsSpan(0, 4), false, new float[4], false, memory.AsSpan(3, 4), 2, 2, 2)).ParamName);
        Assert.Equal("c", Assert.Throws<ArgumentException>(() => MatrixProduct.Multiply(
            new float[4], false, memory.AsSpan(3, 4), false, memory.AsSpan(0, 4), 2, 2, 2)).ParamName);
    }

    private static void AssertEqualsReference(int m, int n, int k)
    {
        float[] a = TestData.Uniform(m * k, seed: m);
        float[] b = TestData.Uniform(k * n, seed: n + 1000);
        float[] before = TestData.Uniform(m * n, seed: 3);
        foreach ((bool transposeA, bool transposeB) in Transposes)
        {
            var product = (float[])before.Clone();
            var sum = (float[])before.Clone();
            MatrixProduct.Multiply(a, transposeA, b, transposeB, product, m, n, k);
            MatrixProduct.Multiply(a, transposeA, b, transposeB, sum, m, n, k, accumulate: true);
            for (int i = 0; i < m; i++)
            {
                for (int j = 0; j < n; j++)
                {
                    double exact = 0, magnitude = 0;
                    for (int p = 0; p < k; p++)
                    {
                        double term = (double)a[transposeA ? p * m + i : i * k + p] * b[transposeB ? j * k + p : p * n + j];
                        exact += term;
                        magnitude += Math.Abs(term);
                    }

                    // Each of the at most k + 2 roundings errs by half an epsilon of a partial sum, and no partial sum
                    // is larger than the sum of magnitudes.
                    float start = before[i * n + j];
                    double bound = (k + 2) * 0.5 * Epsilon * (magnitude + Math.Abs(start)) * 1.001;
                    Assert.InRange(product[i * n + j], exact - bound, exact + bound);
                    Assert.InRange(sum[i * n + j], start + exact - bound, start + exact + bound);
                }
            }
        }
    }
}
