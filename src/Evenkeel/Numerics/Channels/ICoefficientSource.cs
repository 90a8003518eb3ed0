using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Numerics.Channels;

/// <summary>Where the coefficients of a map come from, which decides in which order memory is gone through.</summary>
internal interface ICoefficientSource
{
    /// <summary>Maps every element of <paramref name="view"/>.</summary>
    void Map<TFormula, TCoefficients>(in TFormula formula, ChannelView view, Stores stores)
        where TFormula : struct, IChannelMap<TCoefficients>
        where TCoefficients : struct;
}

/// <summary>Coefficients that are there.</summary>
internal readonly struct GivenCoefficients : ICoefficientSource
{
    public void Map<TFormula, TCoefficients>(in TFormula formula, ChannelView view, Stores stores)
        where TFormula : struct, IChannelMap<TCoefficients>
        where TCoefficients : struct => ChannelMap.Run<TFormula, TCoefficients>(formula, view, stores);
}

/// <summary>Coefficients that a policy makes of the moments of each set.</summary>
internal readonly unsafe ref struct MomentsFirst<TPolicy>(ReadOnlySpan<float> x, Span<Moments> moments, TPolicy policy) : ICoefficientSource
    where TPolicy : struct, ISetPolicy
{
    private readonly ReadOnlySpan<float> _x = x;
    private readonly Span<Moments> _moments = moments;

    public void Map<TFormula, TCoefficients>(in TFormula formula, ChannelView view, Stores stores)
        where TFormula : struct, IChannelMap<TCoefficients>
        where TCoefficients : struct
    {
        SpanChecks.Length<Moments>(_moments, view.Sets, "moments");
        fixed (float* x = _x)
        {
            var reduction = new ChannelMoments.Formula<float>(x);
            SetBySet.Run<ChannelMoments.Formula<float>, Moments, TPolicy, TFormula, TCoefficients>(
                reduction, policy, formula, view, _moments, stores);
        }
    }
}

/// <summary>Coefficients that a policy makes of the gradient sums of each set.</summary>
internal readonly unsafe ref struct GradientSumsFirst<TPolicy>(
    OutputGradient gradient, ReadOnlySpan<float> x, ReadOnlySpan<double> means, Span<GradientSums> sums, TPolicy policy) : ICoefficientSource
    where TPolicy : struct, ISetPolicy
{
    private readonly OutputGradient _gradient = gradient;
    private readonly ReadOnlySpan<float> _x = x;
    private readonly ReadOnlySpan<double> _means = means;
    private readonly Span<GradientSums> _sums = sums;

    public void Map<TFormula, TCoefficients>(in TFormula formula, ChannelView view, Stores stores)
        where TFormula : struct, IChannelMap<TCoefficients>
        where TCoefficients : struct
    {
        ChannelGradientSums.Check(_gradient, _x, view, _means, _sums);
        fixed (float* given = _gradient.Given, output = _gradient.Output, receiver = _gradient.Receiver, x = _x)
        fixed (double* means = _means)
        {
            if (output is null)
            {
                Map<GivenGradient, TFormula, TCoefficients>(new(given), x, means, formula, view, stores);
            }
            else if (receiver is null)
            {
                Map<GatedGradient<ReluFunction>, TFormula, TCoefficients>(new(given, output), x, means, formula, view, stores);
            }
            else
            {
                // What the first sweep has put through the caches, the second overwrites there.
                Map<ActivatedGradient<ReluFunction>, TFormula, TCoefficients>(new(given, output, receiver), x, means, formula, view, stores.ThroughCaches);
            }
        }
    }

    private void Map<TGradient, TFormula, TCoefficients>(
        TGradient gradient, float* x, double* means, in TFormula formula, ChannelView view, Stores stores)
        where TGradient : struct, IOutputGradient
        where TFormula : struct, IChannelMap<TCoefficients>
        where TCoefficients : struct =>
        SetBySet.Run<ChannelGradientSums.Formula<TGradient>, GradientSums, TPolicy, TFormula, TCoefficients>(
            new(gradient, x, means), policy, formula, view, _sums, stores);
}

/// <summary>
/// Coefficients that a policy makes of the gradient sums of each row, taken with weights that differ from element to element; the
/// gradients of the weights are summed on the way where they are wanted.
/// </summary>
internal readonly unsafe ref struct WeightedGradientSumsFirst<TPolicy>(
    ReadOnlySpan<float> gradient,
    ReadOnlySpan<float> x,
    ReadOnlySpan<double> means,
    ReadOnlySpan<double> scales,
    ReadOnlySpan<float> weight,
    Span<GradientSums> sums,
    Span<GradientSums> weightSums,
    TPolicy policy) : ICoefficientSource
    where TPolicy : struct, ISetPolicy
{
    private readonly ReadOnlySpan<float> _gradient = gradient;
    private readonly ReadOnlySpan<float> _x = x;
    private readonly ReadOnlySpan<double> _means = means;
    private readonly ReadOnlySpan<double> _scales = scales;
    private readonly ReadOnlySpan<float> _weight = weight;
    private readonly Span<GradientSums> _sums = sums;
    private readonly Span<GradientSums> _weightSums = weightSums;

    public void Map<TFormula, TCoefficients>(in TFormula formula, ChannelView view, Stores stores)
        where TFormula : struct, IChannelMap<TCoefficients>
        where TCoefficients : struct
    {
        WeightedGradientSums.Check(_gradient, _x, view, _means, _weight, _sums);
        SpanChecks.Length(_scales, view.Sets, "scales");
        SpanChecks.Length<GradientSums>(_weightSums, _weightSums.IsEmpty ? 0 : view.Inner, "weightSums");
        var matrix = new ChannelView(view.Sets, view.Inner, 1);
        bool inOnePass = !_weightSums.IsEmpty && stores.Strategy.SetBySet && RowsAndColumns.IsBest(matrix);
        if (!_weightSums.IsEmpty && !inOnePass)
        {
            WeightGradientSums.Compute(_gradient, _x, _means, _scales, _weightSums);
        }

        fixed (float* gradient = _gradient, x = _x, weight = _weight)
        fixed (double* means = _means, scales = _scales)
        {
            if (inOnePass)
            {
                var cross = new CrossGradientSums(gradient, x, means, scales, weight);
                var map = new SetMap<TFormula, TCoefficients>(formula, view, stores);
                RowsAndColumns.Run(cross, policy, map, matrix, _sums, _weightSums);
            }
            else
            {
                SetBySet.Run<WeightedGradientSums.Formula, GradientSums, TPolicy, TFormula, TCoefficients>(
                    new(gradient, x, means, weight), policy, formula, view, _sums, stores);
            }
        }
    }
}
