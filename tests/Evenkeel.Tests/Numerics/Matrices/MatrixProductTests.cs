using Evenkeel.Numerics.Matrices;
using Evenkeel.Tests.Probes;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.Support.Matrices;

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
    public void Is_the_defined_sequence_of_operations_bit_for_bit()
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

            MatrixProduct.Multiply(new(a, M, k), new(b, k, N), c, accumulate: true);
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
        MatrixProduct.Multiply(new(a, M, K), new MatrixView(b, N, K).Transposed, whole);
        var one = new float[1];
        for (int i = 0; i < M; i += 3)
        {
            for (int j = 0; j < N; j++)
            {
                MatrixProduct.Multiply(new(a.AsSpan(i * K, K), 1, K), new MatrixView(b.AsSpan(j * K, K), 1, K).Transposed, one);
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
                MatrixProduct.Multiply(View(a.Span, m, k, transposeA), View(b.Span, k, n, transposeB), c.Span, accumulate: true);
            }
        }
    }

    [Fact]
    public void Writes_nothing_but_the_result()
    {
        const int M = 5, N = 21, K = 9, Margin = 64;
        var memory = new float[M * N + 2 * Margin];
        memory.AsSpan().Fill(7);
        MatrixProduct.Multiply(new(new float[M * K], M, K), new(new float[K * N], K, N), memory.AsSpan(Margin, M * N));
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
        MatrixProduct.Multiply(new(a, M, K), new(b, K, N), c);
        for (int i = 0; i < c.Length; i++)
        {
            Assert.Equal(i / N != 3, float.IsFinite(c[i]));
        }

        a[3 * K + 19] = 1;
        b[5 * N + 49] = value;
        MatrixProduct.Multiply(new(a, M, K), new(b, K, N), c);
        for (int i = 0; i < c.Length; i++)
        {
            Assert.Equal(i % N != 49, float.IsFinite(c[i]));
        }
    }

    [Fact]
    public void Zero_times_infinity_is_not_skipped()
    {
        var c = new float[1];
        MatrixProduct.Multiply(new([0, 1], 1, 2), new([float.PositiveInfinity, 1], 2, 1), c);
        Assert.True(float.IsNaN(c[0]));
    }

    [Fact]
    public void With_an_inner_length_of_zero_the_product_is_zero()
    {
        float[] c = [1, 2, 3, 4];
        MatrixProduct.Multiply(new([], 2, 0), new([], 0, 2), c, accumulate: true);
        Assert.Equal([1, 2, 3, 4], c);
        MatrixProduct.Multiply(new([], 2, 0), new([], 0, 2), c);
        Assert.Equal([0, 0, 0, 0], c);
    }

    [Fact]
    public void An_empty_result_is_left_alone()
    {
        MatrixProduct.Multiply(new([], 0, 4), new(new float[12], 4, 3), []);
        MatrixProduct.Multiply(new MatrixView(new float[12], 4, 3).Transposed, new MatrixView([], 0, 4).Transposed, []);
    }

    [Theory]
    [InlineData(-1, 2, "rows")]
    [InlineData(2, -1, "columns")]
    [InlineData(-2, -2, "rows")]
    public void A_negative_size_is_refused(int rows, int columns, string parameter) => Assert.Equal(
        parameter, Assert.Throws<ArgumentOutOfRangeException>(() => new MatrixView(new float[4], rows, columns)).ParamName);

    [Theory]
    [InlineData(5, 2, 3)]
    [InlineData(7, 2, 3)]
    [InlineData(0, 65536, 65536)] // the product overflows to 0
    public void A_span_of_another_length_is_refused(int length, int rows, int columns)
    {
        var thrown = Assert.Throws<ArgumentException>(() => new MatrixView(new float[length], rows, columns));
        Assert.Equal("elements", thrown.ParamName);
        Assert.Contains("elements", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_result_of_another_length_is_refused() => Assert.Equal("c", Assert.Throws<ArgumentException>(
        () => MatrixProduct.Multiply(new(new float[6], 2, 3), new(new float[12], 3, 4), new float[9])).ParamName);

    [Fact]
    public void Operands_whose_sizes_do_not_match_are_refused()
    {
        var thrown = Assert.Throws<ArgumentException>(
            () => MatrixProduct.Multiply(new(new float[6], 2, 3), new MatrixView(new float[12], 3, 4).Transposed, new float[8]));
        Assert.Equal("b", thrown.ParamName);
        Assert.Contains("4 rows", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_result_that_overlaps_an_operand_is_refused()
    {
        var memory = new float[7];
        Assert.Equal("c", Assert.Throws<ArgumentException>(() => MatrixProduct.Multiply(
            new(memory.AsSpan(0, 4), 2, 2), new(new float[4], 2, 2), memory.AsSpan(3, 4))).ParamName);
        Assert.Equal("c", Assert.Throws<ArgumentException>(() => MatrixProduct.Multiply(
            new(new float[4], 2, 2), new(memory.AsSpan(3, 4), 2, 2), memory.AsSpan(0, 4))).ParamName);
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
            MatrixView left = View(a, m, k, transposeA), right = View(b, k, n, transposeB);
            MatrixProduct.Multiply(left, right, product);
            MatrixProduct.Multiply(left, right, sum, accumulate: true);
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
