using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Loops;

namespace Evenkeel.Numerics.Channels;

/// <summary>
/// The backward pass of a normalization: sums the gradients of each set, has its coefficients built, and maps (dy, x) with them.
/// </summary>
/// <remarks><see cref="MemoryStrategy"/> chooses the order of memory accesses; the bits are the same in all.</remarks>
internal static unsafe class NormalizationBackward
{
    /// <summary>Computes dx = dy·gradientScale + x̃·deviationScale + shift, where x̃ = (x − center)·scale.</summary>
    /// <param name="gradient">dy, in the order of <paramref name="view"/>.</param>
    /// <param name="x">x, in the same order.</param>
    /// <param name="view">The shape.</param>
    /// <param name="reduction">The sums of each set.</param>
    /// <param name="builder">Builds the coefficients of the sets whose sums are taken.</param>
    /// <param name="coefficients">The coefficients.</param>
    /// <param name="dx">Receives the result; may be <paramref name="gradient"/> or <paramref name="x"/> itself.</param>
    /// <exception cref="ArgumentException">The length of a span does not fit the view.</exception>
    public static void Run<TBuilder>(
        OutputGradient gradient,
        ReadOnlySpan<float> x,
        ChannelView view,
        GradientReduction reduction,
        TBuilder builder,
        in ChannelAffineGradient.Coefficients coefficients,
        Span<float> dx)
        where TBuilder : struct, ICoefficientBuilder
    {
        ChannelGradientSums.Check(gradient, x, view);
        SpanChecks.Length(reduction.Means, view.Sets, "reduction.Means");
        SpanChecks.Length<GradientSums>(reduction.Sums, view.Sets, "reduction.Sums");
        coefficients.Check(view);
        SpanChecks.Length<float>(dx, view.Length);
        fixed (float* given = gradient.Given, output = gradient.Output, receiver = gradient.Receiver, xs = x, result = dx)
        fixed (float* center = coefficients.Center, scale = coefficients.Scale, shift = coefficients.Shift)
        fixed (float* gradientScale = coefficients.GradientScale, deviationScale = coefficients.DeviationScale)
        fixed (double* means = reduction.Means)
        {
            var pointers = new ChannelAffineGradient.Pointers(center, scale, gradientScale, deviationScale, shift);
            if (output is null)
            {
                var dy = new GivenGradient(given);
                Run<GivenGradient, GivenGradient, TBuilder>(
                    new(dy, xs, means),
                    reduction.Sums,
                    builder,
                    new(dy, xs, pointers, result),
                    view,
                    StoreMode.Of(result, view, tensors: 3));
            }
            else if (receiver is null)
            {
                var dy = new GatedGradient<ReluFunction>(given, output);
                Run<GatedGradient<ReluFunction>, GatedGradient<ReluFunction>, TBuilder>(
                    new(dy, xs, means),
                    reduction.Sums,
                    builder,
                    new(dy, xs, pointers, result),
                    view,
                    StoreMode.Of(result, view, tensors: 4));
            }
            else
            {
                // The map overwrites, in the caches, what the reduction wrote through them.
                Run<ActivatedGradient<ReluFunction>, GivenGradient, TBuilder>(
                    new(new(given, output, receiver), xs, means),
                    reduction.Sums,
                    builder,
                    new(new(receiver), xs, pointers, result),
                    view,
                    StoreMode.Of(result, view, tensors: 3).ThroughCaches);
            }
        }
    }

    /// <summary>
    /// Computes dx = dy·weight·gradientScale + x̃·deviationScale + shift, where x̃ = (x − center)·scale, with a weight per position
    /// of a row.
    /// </summary>
    /// <param name="dy">dy, in the order of <paramref name="view"/>.</param>
    /// <param name="x">x, in the same order.</param>
    /// <param name="view">The shape, of one channel: each part is a row.</param>
    /// <param name="reduction">The sums of each row and of each position.</param>
    /// <param name="builder">Builds the coefficients of the rows whose sums are taken.</param>
    /// <param name="coefficients">The coefficients.</param>
    /// <param name="dx">Receives the result; may be <paramref name="dy"/> or <paramref name="x"/> itself.</param>
    /// <exception cref="ArgumentException">The length of a span does not fit the view.</exception>
    public static void Run<TBuilder>(
        ReadOnlySpan<float> dy,
        ReadOnlySpan<float> x,
        ChannelView view,
        RowGradientReduction reduction,
        TBuilder builder,
        in ChannelAffineGradient.Coefficients coefficients,
        Span<float> dx)
        where TBuilder : struct, ICoefficientBuilder
    {
        RowGradientSums.Check(dy, x, view, reduction);
        coefficients.Check(view);
        SpanChecks.Length<float>(dx, view.Length);
        fixed (float* gradient = dy, xs = x, weight = reduction.Weight, result = dx)
        fixed (float* center = coefficients.Center, scale = coefficients.Scale, shift = coefficients.Shift)
        fixed (float* gradientScale = coefficients.GradientScale, deviationScale = coefficients.DeviationScale)
        fixed (double* means = reduction.Means, invStds = reduction.InvStds)
        {
            var pointers = new ChannelAffineGradient.Pointers(center, scale, gradientScale, deviationScale, shift);
            var formula = new RowAffineGradient(gradient, xs, pointers, weight, result);
            StoreMode mode = StoreMode.Of(result, view, tensors: 3);
            var matrix = new ChannelView(view.Sets, view.Inner, 1);
            bool isOnePass = mode.Strategy.Order != MemoryOrder.TwoSweeps;
            if (!reduction.ParameterGradients.IsEmpty && isOnePass && RowColumnReduction.IsBest(matrix))
            {
                var map = new SetMap<RowAffineGradient, ChannelAffineGradient.Vectors>(formula, view, mode);
                var sums = new RowColumnReduction.Formula(gradient, xs, means, invStds, weight);
                RowColumnReduction.Run(sums, builder, map, matrix, reduction.Sums, reduction.ParameterGradients);
                return;
            }

            if (!reduction.ParameterGradients.IsEmpty)
            {
                AffineGradientSums.Compute(dy, x, reduction.Means, reduction.InvStds, reduction.ParameterGradients);
            }

            ReduceMap.Run<RowGradientSums.Formula, GradientSums, TBuilder, RowAffineGradient, ChannelAffineGradient.Vectors>(
                new(gradient, xs, means, weight), builder, formula, view, reduction.Sums, mode);
        }
    }

    /// <summary>Computes dx = dy·gradientScale + x̃·deviationScale + shift with coefficients that are already built.</summary>
    public static void Map(
        ReadOnlySpan<float> dy, ReadOnlySpan<float> x, ChannelView view, in ChannelAffineGradient.Coefficients coefficients, Span<float> dx)
    {
        SpanChecks.Length(dy, view.Length);
        SpanChecks.Length(x, view.Length);
        coefficients.Check(view);
        SpanChecks.Length<float>(dx, view.Length);
        fixed (float* given = dy, xs = x, result = dx)
        fixed (float* center = coefficients.Center, scale = coefficients.Scale, shift = coefficients.Shift)
        fixed (float* gradientScale = coefficients.GradientScale, deviationScale = coefficients.DeviationScale)
        {
            var pointers = new ChannelAffineGradient.Pointers(center, scale, gradientScale, deviationScale, shift);
            ChannelMap.Run<ChannelAffineGradient.Formula<GivenGradient>, ChannelAffineGradient.Vectors>(
                new(new(given), xs, pointers, result), view, StoreMode.Of(result, view, tensors: 3));
        }
    }

    private static void Run<TGradient, TMapped, TBuilder>(
        ChannelGradientSums.Formula<TGradient> reduction,
        Span<GradientSums> sums,
        TBuilder builder,
        ChannelAffineGradient.Formula<TMapped> formula,
        ChannelView view,
        StoreMode mode)
        where TGradient : struct, IOutputGradient
        where TMapped : struct, IOutputGradient
        where TBuilder : struct, ICoefficientBuilder =>
        ReduceMap.Run<
            ChannelGradientSums.Formula<TGradient>,
            GradientSums,
            TBuilder,
            ChannelAffineGradient.Formula<TMapped>,
            ChannelAffineGradient.Vectors>(
            reduction, builder, formula, view, sums, mode);
}
