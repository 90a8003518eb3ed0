using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Simd;
using Evenkeel.Tests.Probes;
using Evenkeel.Tests.Reference;

namespace Evenkeel.Tests.Numerics.Simd;

public class ElementaryFunctionsTests
{
    [Fact]
    public void Exp_is_within_1_1_ulp_of_the_exact_value_everywhere() =>
        Assert.InRange(WorstError(ElementaryFunctions.Exp, Math.Exp, -104, 88.722f), 0, 1.1);

    [Fact]
    public void Sigmoid_is_within_3_ulp_of_the_exact_value_everywhere() =>
        Assert.InRange(WorstError(ElementaryFunctions.Sigmoid, x => 1 / (1 + Math.Exp(-x)), -104, float.MaxValue), 0, 3);

    [Fact]
    public void Tanh_is_within_3_ulp_of_the_exact_value_everywhere() =>
        Assert.InRange(WorstError(ElementaryFunctions.Tanh, Math.Tanh, -float.MaxValue, float.MaxValue), 0, 3);

    [Fact]
    public void The_normal_distribution_is_within_8_ulp_of_the_exact_value_everywhere() => Assert.InRange(
        WorstError(x => ElementaryFunctions.NormalDistribution(x, out _), NormalReference.Distribution, -13, float.MaxValue), 0, 8);

    [Fact]
    public void The_gaussian_of_the_normal_distribution_is_within_2_ulp()
    {
        Assert.InRange(WorstError(Gaussian, x => Math.Exp(-x * x / 2), -13, 13), 0, 2);

        static Vector512<float> Gaussian(Vector512<float> x)
        {
            ElementaryFunctions.NormalDistribution(x, out Vector512<float> gaussian);
            return gaussian;
        }
    }

    [Theory]
    [InlineData(0f, 0.5f)]
    [InlineData(float.PositiveInfinity, 1f)]
    [InlineData(float.NegativeInfinity, 0f)]
    [InlineData(float.NaN, float.NaN)]
    public void The_normal_distribution_at_the_edges(float x, float expected) =>
        Assert.Equal(expected, At(v => ElementaryFunctions.NormalDistribution(v, out _), x), 1e-7f);

    [Theory]
    [InlineData(0f, 1f)]
    [InlineData(float.Epsilon, 1f)]
    [InlineData(88.72284f, float.PositiveInfinity)]
    [InlineData(float.MaxValue, float.PositiveInfinity)]
    [InlineData(float.PositiveInfinity, float.PositiveInfinity)]
    [InlineData(-103.972f, float.Epsilon)]
    [InlineData(-103.973f, 0f)]
    [InlineData(-float.MaxValue, 0f)]
    [InlineData(float.NegativeInfinity, 0f)]
    [InlineData(float.NaN, float.NaN)]
    public void Exp_at_the_edges(float x, float expected) => Assert.Equal(expected, At(ElementaryFunctions.Exp, x));

    [Theory]
    [InlineData(0f, 0.5f)]
    [InlineData(float.MaxValue, 1f)]
    [InlineData(float.PositiveInfinity, 1f)]
    [InlineData(-float.MaxValue, 0f)]
    [InlineData(float.NegativeInfinity, 0f)]
    [InlineData(float.NaN, float.NaN)]
    public void Sigmoid_at_the_edges(float x, float expected) => Assert.Equal(expected, At(ElementaryFunctions.Sigmoid, x));

    [Theory]
    [InlineData(0f, 0f)]
    [InlineData(float.Epsilon, float.Epsilon)]
    [InlineData(-1e-30f, -1e-30f)]
    [InlineData(float.MaxValue, 1f)]
    [InlineData(float.PositiveInfinity, 1f)]
    [InlineData(float.NegativeInfinity, -1f)]
    [InlineData(float.NaN, float.NaN)]
    public void Tanh_at_the_edges(float x, float expected)
    {
        float actual = At(ElementaryFunctions.Tanh, x);

        Assert.Equal(expected, actual);
        Assert.True(float.IsNaN(x) || float.IsNegative(x) == float.IsNegative(actual));
    }

    [Fact]
    public void Negative_zero_keeps_its_sign_where_the_function_is_odd()
    {
        Assert.Equal(1, At(ElementaryFunctions.Exp, -0f));
        Assert.Equal(0.5f, At(ElementaryFunctions.Sigmoid, -0f));
        Assert.True(float.IsNegative(At(ElementaryFunctions.Tanh, -0f)));
    }

    [Fact]
    public void Exp_in_double_precision_is_within_2_ulp_of_the_runtime_s()
    {
        double worst = 0;
        for (double x = -745; x < 709.7; x += 0.00171)
        {
            worst = Math.Max(worst, Ulps(ElementaryFunctions.Exp(x), Math.Exp(x)));
        }

        Assert.InRange(worst, 0, 2);
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(709.79, double.PositiveInfinity)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(-745.13, double.Epsilon)]
    [InlineData(-745.14, 0)]
    [InlineData(double.NegativeInfinity, 0)]
    [InlineData(double.NaN, double.NaN)]
    public void Exp_in_double_precision_at_the_edges(double x, double expected) =>
        Assert.Equal(expected, ElementaryFunctions.Exp(x));

    [Fact]
    public void Sin_is_within_2_ulp_of_the_runtime_s_up_to_a_right_angle()
    {
        double worst = 0;
        for (double x = -Math.PI / 2; x <= Math.PI / 2; x += 1.7e-6)
        {
            worst = Math.Max(worst, Ulps(ElementaryFunctions.Sin(x), Math.Sin(x)));
        }

        Assert.InRange(worst, 0, 2);
        Assert.Equal((0, 1), (ElementaryFunctions.Sin(0), ElementaryFunctions.Sin(Math.PI / 2)));
    }

    [Fact]
    public void Log_is_within_2_ulp_of_the_runtime_s()
    {
        double worst = 0;
        for (double x = double.Epsilon; x < double.MaxValue / 1.01; x = Math.Max(Math.BitIncrement(x), x * 1.00137))
        {
            worst = Math.Max(worst, Ulps(ElementaryFunctions.Log(x), Math.Log(x)));
        }

        for (double x = 0.5; x < 2; x += 1.7e-6)
        {
            worst = Math.Max(worst, Ulps(ElementaryFunctions.Log(x), Math.Log(x)));
        }

        Assert.InRange(worst, 0, 2);
    }

    [Theory]
    [InlineData(1, 0)]
    [InlineData(0, double.NegativeInfinity)]
    [InlineData(-0.0, double.NegativeInfinity)]
    [InlineData(double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(-1, double.NaN)]
    [InlineData(double.NegativeInfinity, double.NaN)]
    [InlineData(double.NaN, double.NaN)]
    public void Log_at_the_edges(double x, double expected) => Assert.Equal(expected, ElementaryFunctions.Log(x));

    // Computed with 60 digits.
    [Theory]
    [InlineData(1e-300, 1, 1.0000000000000000251e-300)]
    [InlineData(-1e-300, 1, -1.0000000000000000251e-300)]
    [InlineData(1e-20, 1, 9.9999999999999994516e-21)]
    [InlineData(-1e-16, 1, -9.999999999999999291e-17)]
    [InlineData(1e-10, 1, 1.0000000000500000364e-10)]
    [InlineData(-1e-05, 1, -9.999950000166667068e-6)]
    [InlineData(0.001, 1, 0.0010005001667083416889)]
    [InlineData(0.1, 1, 0.10517091807564763095)]
    [InlineData(-0.1, 1, -0.095162581964040431859)]
    [InlineData(0.3, 1, 0.349858807576003089)]
    [InlineData(-0.3, 1, -0.25918177931828212571)]
    [InlineData(0.34657, 1, 0.41420848495957966219)]
    [InlineData(-0.34657, 1, -0.2928906800975800979)]
    [InlineData(0.35, 1, 0.41906754859325721676)]
    [InlineData(-0.35, 1, -0.29531191028128655)]
    [InlineData(1.0, 1, 1.7182818284590452354)]
    [InlineData(-1.0, 1, -0.6321205588285576784)]
    [InlineData(2.5, 1, 11.182493960703473438)]
    [InlineData(-2.5, 1, -0.91791500137610120483)]
    [InlineData(10.0, 1, 22025.465794806716517)]
    [InlineData(-10.0, 1, -0.99995460007023751515)]
    [InlineData(36.0, 1, 4311231547115194.2271)]
    [InlineData(-36.0, 1, -0.99999999999999976805)]
    [InlineData(300.0, 1, 1.9424263952412559366e130)]
    [InlineData(709.5, 1, 1.3549863193146328309e308)]
    [InlineData(0.3, 0, 1.349858807576003089)]
    [InlineData(-0.35, 0, 0.70468808971871345)]
    [InlineData(-40.0, 0, 4.2483542552915889953e-18)]
    [InlineData(-709.5, 0, 7.3801483140125808486e-309)]
    [InlineData(-744.0, 0, 7.6719447041799790739e-324)]
    [InlineData(300.0, 0, 1.9424263952412559366e130)]
    [InlineData(0.1, 0.5, 0.60517091807564763095)]
    [InlineData(7.0, 1000, 96.633158428458599264)]
    [InlineData(-800.0, 1000, -1000.0)]
    public void Exp_minus_a_number_is_within_2_ulp(double x, double c, double expected)
    {
        double tolerance = c == 1 ? 2 * Ulp(expected) : 2 * Math.Max(Ulp(expected), Ulp(c));
        Assert.Equal(expected, ElementaryFunctions.ExpMinus<HardwareFused>(Vector512.Create(x), Vector512.Create(c))[5], tolerance);
    }

    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(709.79, 1, double.PositiveInfinity)]
    [InlineData(double.PositiveInfinity, 1, double.PositiveInfinity)]
    [InlineData(-800, 1, -1)]
    [InlineData(double.NegativeInfinity, 3, -3)]
    [InlineData(-746, 0, 0)]
    [InlineData(double.NaN, 1, double.NaN)]
    public void Exp_minus_a_number_at_the_edges(double x, double c, double expected) =>
        Assert.Equal(expected, ElementaryFunctions.ExpMinus<HardwareFused>(Vector512.Create(x), Vector512.Create(c))[0]);

    // Computed with 60 digits.
    [Theory]
    [InlineData(1, 1e-300, 1.0000000000000000251e-300)]
    [InlineData(1, 1e-20, 9.9999999999999994515e-21)]
    [InlineData(1, 1e-16, 9.999999999999999291e-17)]
    [InlineData(1, 3e-16, 2.9999999999999994873e-16)]
    [InlineData(1, 1e-10, 9.9999999995000003644e-11)]
    [InlineData(1, 1e-05, 9.9999500003333316514e-6)]
    [InlineData(1, 0.001, 0.00099950033308353318761)]
    [InlineData(1, 0.1, 0.09531017980432486509)]
    [InlineData(1, 0.4, 0.33647223662121294636)]
    [InlineData(1, 0.41422, 0.34657814235925114988)]
    [InlineData(1, 0.5, 0.40546510810816438198)]
    [InlineData(1, 1.0, 0.69314718055994530942)]
    [InlineData(1, 1.8284, 1.0397111807479486971)]
    [InlineData(1, 7.0, 2.0794415416798359283)]
    [InlineData(1, 1000.0, 6.9087547793152205852)]
    [InlineData(1, 10000000000.0, 23.02585093004045684)]
    [InlineData(1, 1e100, 230.25850929940456842)]
    [InlineData(1, 1e308, 709.19620864216607069)]
    [InlineData(1, -1e-20, -9.9999999999999994516e-21)]
    [InlineData(1, -1e-16, -1.0000000000000000291e-16)]
    [InlineData(1, -1e-05, -0.000010000050000333336651)]
    [InlineData(1, -0.1, -0.1053605156578263074)]
    [InlineData(1, -0.29, -0.34249030894677591856)]
    [InlineData(1, -0.3, -0.35667494393873236305)]
    [InlineData(1, -0.5, -0.69314718055994530942)]
    [InlineData(1, -0.9, -2.3025850929940459061)]
    [InlineData(1, -0.999999, -13.81551055793551844)]
    [InlineData(0, 1e-310, -713.8013788281541651)]
    [InlineData(0, 5e-324, -744.44007192138126231)]
    [InlineData(0, 3.0, 1.0986122886681096914)]
    [InlineData(0.5, 1e-17, -0.69314718055994528942)]
    [InlineData(1000.0, -999.9999, -9.2103403722272032738)]
    [InlineData(3.0, -2.0000000001, -1.0000000827903710074e-10)]
    [InlineData(0.1, 0.2, -1.2039728043259359371)]
    [InlineData(1e-300, 1e-310, -690.77552789811370518)]
    [InlineData(7.0, 1e-16, 1.9459101490553133194)]
    public void The_logarithm_of_a_sum_is_within_2_ulp(double a, double b, double expected) =>
        Assert.Equal(expected, ElementaryFunctions.LogOfSum<HardwareFused>(Vector512.Create(a), Vector512.Create(b))[5], 2 * Ulp(expected));

    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(1, -1, double.NegativeInfinity)]
    [InlineData(1, -2, double.NaN)]
    [InlineData(1, double.PositiveInfinity, double.PositiveInfinity)]
    [InlineData(1, double.NegativeInfinity, double.NaN)]
    [InlineData(0, 0, double.NegativeInfinity)]
    [InlineData(1, double.NaN, double.NaN)]
    public void The_logarithm_of_a_sum_at_the_edges(double a, double b, double expected) =>
        Assert.Equal(expected, ElementaryFunctions.LogOfSum<HardwareFused>(Vector512.Create(a), Vector512.Create(b))[0]);

    [Fact]
    public void The_vectors_agree_with_the_single_numbers_to_2_ulp_everywhere()
    {
        for (double x = 5e-324; x < 1e308; x = Math.Max(Math.BitIncrement(x), x * 1.0137))
        {
            double log = ElementaryFunctions.LogOfSum<HardwareFused>(Vector512<double>.Zero, Vector512.Create(x))[0];
            Assert.InRange(Ulps(log, ElementaryFunctions.Log(x)), 0, 2);
        }

        for (double x = -745; x < 709.7; x += 0.0171)
        {
            double exp = ElementaryFunctions.ExpMinus<HardwareFused>(Vector512.Create(x), Vector512<double>.Zero)[0];
            Assert.InRange(Ulps(exp, ElementaryFunctions.Exp(x)), 0, 2);
        }
    }

    // Computed with 60 digits from the error function's inverse.
    [Theory]
    [InlineData(0.1, -1.281551565544600435)]
    [InlineData(0.25, -0.6744897501960817432)]
    [InlineData(0.4, -0.2533471031357997413)]
    [InlineData(0.074, -1.44663206715897851)]
    [InlineData(0.075, -1.439531470938455935)]
    [InlineData(0.076, -1.432502720825811619)]
    [InlineData(0.925, 1.439531470938456229)]
    [InlineData(0.6, 0.2533471031357997413)]
    [InlineData(0.975, 1.959963984540053856)]
    [InlineData(0.01, -2.326347874040841093)]
    [InlineData(0.9999, 3.719016485455708387)]
    [InlineData(1e-06, -4.753424308822898957)]
    [InlineData(1.1641532182693481e-10, -6.337957754553789252)]
    [InlineData(0.9999999998835847, 6.337957754553789252)]
    [InlineData(1e-10, -6.361340902404056199)]
    [InlineData(1.3e-11, -6.667611456510740835)]
    [InlineData(1.5e-11, -6.646570887477112861)]
    [InlineData(1e-20, -9.26234008979840758)]
    [InlineData(1e-100, -21.27345356096532429)]
    [InlineData(1e-300, -37.04709629936119924)]
    public void The_normal_quantile_is_exact_to_2e_15(double p, double expected)
    {
        Assert.InRange(ElementaryFunctions.NormalQuantile(p) / expected, 1 - 2e-15, 1 + 2e-15);
    }

    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(0, double.NegativeInfinity)]
    [InlineData(1, double.PositiveInfinity)]
    [InlineData(-0.1, double.NaN)]
    [InlineData(1.1, double.NaN)]
    [InlineData(double.NaN, double.NaN)]
    public void The_normal_quantile_at_the_edges(double p, double expected) =>
        Assert.Equal(expected, ElementaryFunctions.NormalQuantile(p));

    [Fact]
    public void The_bits_are_those_of_every_other_machine() =>
        Assert.Equal(4137997014899310867UL, ElementaryFunctionsHash.Compute());

    [Theory]
    [InlineData(InstructionSets.NoAvx512)]
    [InlineData(InstructionSets.NoAvx2)]
    public void The_bits_are_the_same_with_narrower_vectors(InstructionSets instructionSets) =>
        Assert.Equal(ProbeRunner.Run<ElementaryFunctionsProbe>(), ProbeRunner.Run<ElementaryFunctionsProbe>(instructionSets));

    /// <summary>The largest error over every 511th single-precision number of an interval, in units in the last place.</summary>
    private static double WorstError(
        Func<Vector512<float>, Vector512<float>> function, Func<double, double> exact, float low, float high)
    {
        double worst = 0;
        Span<float> x = stackalloc float[16];
        for (long key = Key(low); key <= Key(high); key += 16 * 511)
        {
            for (int i = 0; i < 16; i++)
            {
                x[i] = OfKey(Math.Min(Key(high), key + i * 511));
            }

            Vector512<float> y = function(Vector512.Create<float>(x));
            for (int i = 0; i < 16; i++)
            {
                double expected = exact(x[i]);
                double ulp = MathF.BitIncrement(Math.Abs((float)expected)) - (double)Math.Abs((float)expected);
                worst = Math.Max(worst, Math.Abs(y[i] - expected) / ulp);
            }
        }

        return worst;
    }

    /// <summary>A number that grows by one from each single-precision number to the next.</summary>
    private static long Key(float x)
    {
        int bits = BitConverter.SingleToInt32Bits(x);
        return bits < 0 ? int.MinValue - (long)bits : bits;
    }

    private static float OfKey(long key) =>
        BitConverter.Int32BitsToSingle((int)(key < 0 ? int.MinValue - key : key));

    private static double Ulp(double x) => Math.BitIncrement(Math.Abs(x)) - Math.Abs(x);

    private static double Ulps(double actual, double expected) =>
        actual == expected ? 0 : Math.Abs(actual - expected) / (Math.BitIncrement(Math.Abs(expected)) - Math.Abs(expected));

    private static float At(Func<Vector512<float>, Vector512<float>> function, float x) => function(Vector512.Create(x))[0];
}
