using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Numerics.Channels;

/// <summary>
/// The forward pass of a normalization: reduces each set to its moments, has its coefficients built, and maps it with them.
/// </summary>
/// <remarks><see cref="MemoryStrategy"/> chooses the order of memory accesses; the bits are the same in all.</remarks>
internal static unsafe class NormalizationForward
{
    /// <summary>Computes y = epilogue((x − center)·scale + shift).</summary>
    /// <param name="x">The elements, in the order of <paramref name="view"/>.</param>
    /// <param name="view">The shape.</param>
    /// <param name="moments">Receives the moments of each set; empty if the coefficients are already built.</param>
    /// <param name="builder">Builds the coefficients of the sets whose moments are taken.</param>
    /// <param name="coefficients">The coefficients.</param>
    /// <param name="epilogue">The operations applied to each result.</param>
    /// <param name="y">Receives the result; may be <paramref name="x"/> itself.</param>
    /// <exception cref="ArgumentException">The length of a span does not fit the view.</exception>
    public static void Run<TBuilder>(
        ReadOnlySpan<float> x,
        ChannelView view,
        Span<Moments> moments,
        TBuilder builder,
        ChannelAffine.Coefficients coefficients,
        Epilogue epilogue,
        Span<float> y)
        where TBuilder : struct, ICoefficientBuilder
    {
        Check(x, view, moments, coefficients, y);
        SpanChecks.Length(epilogue.Residual, epilogue.Residual.IsEmpty ? 0 : view.Length);
        fixed (float* xs = x, ys = y, residual = epilogue.Residual)
        fixed (float* center = coefficients.Center, scale = coefficients.Scale, shift = coefficients.Shift)
        {
            var pointers = new ChannelAffine.Pointers(xs, center, scale, shift, ys);
            switch (residual is not null, epilogue.Relu)
            {
                case (false, false):
                    Run(pointers, view, moments, builder, default(Activated<IdentityFunction>));
                    break;
                case (false, true):
                    Run(pointers, view, moments, builder, default(Activated<ReluFunction>));
                    break;
                case (true, false):
                    Run(pointers, view, moments, builder, new AddedAndActivated<IdentityFunction>(residual));
                    break;
                case (true, true):
                    Run(pointers, view, moments, builder, new AddedAndActivated<ReluFunction>(residual));
                    break;
            }
        }
    }

    /// <summary>Computes y = ((x − center)·scale + shift)·weight + bias, with a weight and a bias per position of a row.</summary>
    /// <param name="x">The elements, in the order of <paramref name="view"/>.</param>
    /// <param name="view">The shape, of one channel: each part is a row.</param>
    /// <param name="moments">Receives the moments of each row; empty if the coefficients are already built.</param>
    /// <param name="builder">Builds the coefficients of the rows whose moments are taken.</param>
    /// <param name="coefficients">The coefficients.</param>
    /// <param name="parameters">The weights and biases.</param>
    /// <param name="y">Receives the result; may be <paramref name="x"/> itself.</param>
    /// <exception cref="ArgumentException">The length of a span does not fit the view.</exception>
    public static void Run<TBuilder>(
        ReadOnlySpan<float> x,
        ChannelView view,
        Span<Moments> moments,
        TBuilder builder,
        ChannelAffine.Coefficients coefficients,
        RowAffine.Parameters parameters,
        Span<float> y)
        where TBuilder : struct, ICoefficientBuilder
    {
        Check(x, view, moments, coefficients, y);
        parameters.Check(view);
        fixed (float* xs = x, ys = y, weight = parameters.Weight, bias = parameters.Bias)
        fixed (float* center = coefficients.Center, scale = coefficients.Scale, shift = coefficients.Shift)
        {
            var pointers = new ChannelAffine.Pointers(xs, center, scale, shift, ys);
            ReduceMap.Run<ChannelMoments.Formula<float>, Moments, TBuilder, RowAffine.Formula, ChannelAffine.Vectors>(
                new(xs), builder, new(pointers, weight, bias), view, moments, StoreMode.Of(ys, view, tensors: 2));
        }
    }

    /// <summary>Computes y = epilogue((x − center)·scale + shift) with coefficients that are already built.</summary>
    public static void Map(
        ReadOnlySpan<float> x, ChannelView view, ChannelAffine.Coefficients coefficients, Epilogue epilogue, Span<float> y) =>
        Run(x, view, moments: [], default(NoCoefficients), coefficients, epilogue, y);

    private static void Run<TBuilder, TEpilogue>(
        ChannelAffine.Pointers pointers, ChannelView view, Span<Moments> moments, TBuilder builder, TEpilogue epilogue)
        where TBuilder : struct, ICoefficientBuilder
        where TEpilogue : struct, IEpilogue =>
        ReduceMap.Run<ChannelMoments.Formula<float>, Moments, TBuilder, ChannelAffine.Formula<TEpilogue>, ChannelAffine.Vectors>(
            new(pointers.X), builder, new(pointers, epilogue), view, moments, StoreMode.Of(pointers.Y, view, tensors: 2));

    private static void Check(
        ReadOnlySpan<float> x, ChannelView view, Span<Moments> moments, ChannelAffine.Coefficients coefficients, Span<float> y)
    {
        SpanChecks.Length(x, view.Length);
        SpanChecks.Length<Moments>(moments, moments.IsEmpty ? 0 : view.Sets);
        coefficients.Check(view);
        SpanChecks.Length<float>(y, view.Length);
    }
}
