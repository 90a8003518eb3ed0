using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Numerics.Channels;

/// <summary>Where the coefficients of a map come from, which decides in which order memory is gone through.</summary>
internal interface ICoefficientSource
{
    /// <summary>Maps every element of <paramref name="view"/>.</summary>
    void Map<TFormula, TCoefficients>(in TFormula formula, ChannelView view, StoreMode mode)
        where TFormula : struct, IChannelMap<TCoefficients>
        where TCoefficients : struct;
}

/// <summary>Coefficients that are there.</summary>
internal readonly struct GivenCoefficients : ICoefficientSource
{
    public void Map<TFormula, TCoefficients>(in TFormula formula, ChannelView view, StoreMode mode)
        where TFormula : struct, IChannelMap<TCoefficients>
        where TCoefficients : struct => ChannelMap.Run<TFormula, TCoefficients>(formula, view, mode);
}

/// <summary>Coefficients that a policy makes of the moments of each set.</summary>
internal readonly unsafe ref struct MomentsFirst<TBuilder>(ReadOnlySpan<float> x, Span<Moments> moments, TBuilder builder) : ICoefficientSource
    where TBuilder : struct, ICoefficientBuilder
{
    private readonly ReadOnlySpan<float> _x = x;
    private readonly Span<Moments> _moments = moments;

    public void Map<TFormula, TCoefficients>(in TFormula formula, ChannelView view, StoreMode mode)
        where TFormula : struct, IChannelMap<TCoefficients>
        where TCoefficients : struct
    {
        SpanChecks.Length<Moments>(_moments, view.Sets, "moments");
        fixed (float* x = _x)
        {
            var reduction = new ChannelMoments.Formula<float>(x);
            FusedReduceMap.Run<ChannelMoments.Formula<float>, Moments, TBuilder, TFormula, TCoefficients>(
                reduction, builder, formula, view, _moments, mode);
        }
    }
}

/// <summary>Coefficients that a policy makes of the gradient sums of each set.</summary>
internal readonly unsafe ref struct GradientSumsFirst<TBuilder>(
    OutputGradient gradient, ReadOnlySpan<float> x, ReadOnlySpan<double> means, Span<GradientSums> sums, TBuilder builder) : ICoefficientSource
    where TBuilder : struct, ICoefficientBuilder
{
    private readonly OutputGradient _gradient = gradient;
    private readonly ReadOnlySpan<float> _x = x;
    private readonly ReadOnlySpan<double> _means = means;
    private readonly Span<GradientSums> _sums = sums;

    public void Map<TFormula, TCoefficients>(in TFormula formula, ChannelView view, StoreMode mode)
        where TFormula : struct, IChannelMap<TCoefficients>
        where TCoefficients : struct
    {
        ChannelGradientSums.Check(_gradient, _x, view, _means, _sums);
        fixed (float* given = _gradient.Given, output = _gradient.Output, receiver = _gradient.Receiver, x = _x)
        fixed (double* means = _means)
        {
            if (output is null)
            {
                Map<GivenGradient, TFormula, TCoefficients>(new(given), x, means, formula, view, mode);
            }
            else if (receiver is null)
            {
                Map<GatedGradient<ReluFunction>, TFormula, TCoefficients>(new(given, output), x, means, formula, view, mode);
            }
            else
            {
                // What the first sweep has put through the caches, the second overwrites there.
                Map<ActivatedGradient<ReluFunction>, TFormula, TCoefficients>(new(given, output, receiver), x, means, formula, view, mode.ThroughCaches);
            }
        }
    }

    private void Map<TGradient, TFormula, TCoefficients>(
        TGradient gradient, float* x, double* means, in TFormula formula, ChannelView view, StoreMode mode)
        where TGradient : struct, IOutputGradient
        where TFormula : struct, IChannelMap<TCoefficients>
        where TCoefficients : struct =>
        FusedReduceMap.Run<ChannelGradientSums.Formula<TGradient>, GradientSums, TBuilder, TFormula, TCoefficients>(
            new(gradient, x, means), builder, formula, view, _sums, mode);
}

/// <summary>
/// Coefficients that a policy makes of the gradient sums of each row, taken with weights that differ from element to element; the
/// gradients of the weights are summed on the way where they are wanted.
/// </summary>
internal readonly unsafe ref struct RowGradientSumsFirst<TBuilder>(
    ReadOnlySpan<float> gradient,
    ReadOnlySpan<float> x,
    ReadOnlySpan<double> means,
    ReadOnlySpan<double> scales,
    ReadOnlySpan<float> weight,
    Span<GradientSums> sums,
    Span<GradientSums> weightSums,
    TBuilder builder) : ICoefficientSource
    where TBuilder : struct, ICoefficientBuilder
{
    private readonly ReadOnlySpan<float> _gradient = gradient;
    private readonly ReadOnlySpan<float> _x = x;
    private readonly ReadOnlySpan<double> _means = means;
    private readonly ReadOnlySpan<double> _scales = scales;
    private readonly ReadOnlySpan<float> _weight = weight;
    private readonly Span<GradientSums> _sums = sums;
    private readonly Span<GradientSums> _weightSums = weightSums;

    public void Map<TFormula, TCoefficients>(in TFormula formula, ChannelView view, StoreMode mode)
        where TFormula : struct, IChannelMap<TCoefficients>
        where TCoefficients : struct
    {
        RowGradientSums.Check(_gradient, _x, view, _means, _weight, _sums);
        SpanChecks.Length(_scales, view.Sets, "scales");
        SpanChecks.Length<GradientSums>(_weightSums, _weightSums.IsEmpty ? 0 : view.Inner, "weightSums");
        var matrix = new ChannelView(view.Sets, view.Inner, 1);
        bool inOnePass = !_weightSums.IsEmpty && mode.Strategy.Fused && RowColumnReduction.IsBest(matrix);
        if (!_weightSums.IsEmpty && !inOnePass)
        {
            AffineGradientSums.Compute(_gradient, _x, _means, _scales, _weightSums);
        }

        fixed (float* gradient = _gradient, x = _x, weight = _weight)
        fixed (double* means = _means, scales = _scales)
        {
            if (inOnePass)
            {
                var cross = new CrossGradientSums(gradient, x, means, scales, weight);
                var map = new SetMap<TFormula, TCoefficients>(formula, view, mode);
                RowColumnReduction.Run(cross, builder, map, matrix, _sums, _weightSums);
            }
            else
            {
                FusedReduceMap.Run<RowGradientSums.Formula, GradientSums, TBuilder, TFormula, TCoefficients>(
                    new(gradient, x, means, weight), builder, formula, view, _sums, mode);
            }
        }
    }
}
