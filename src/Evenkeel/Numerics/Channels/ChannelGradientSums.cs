using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Channels;

/// <summary>The sums of each set that the backward pass of a normalization needs.</summary>
internal static unsafe class ChannelGradientSums
{
    /// <summary>Computes Σ dy and Σ dy·(x − mean) of each set, in double precision.</summary>
    /// <param name="gradient">dy, in the order of <paramref name="view"/>.</param>
    /// <param name="x">x, in the same order.</param>
    /// <param name="view">The shape.</param>
    /// <param name="means">The mean of each set.</param>
    /// <param name="sums">Receives one value per set.</param>
    /// <exception cref="ArgumentException">A span does not have the view's length.</exception>
    public static void Compute(
        ReadOnlySpan<float> gradient, ReadOnlySpan<float> x, ChannelView view, ReadOnlySpan<double> means, Span<GradientSums> sums) =>
        Compute(new OutputGradient(gradient), x, view, means, sums);

    /// <summary>Computes the sums of the gradient of the affine map's result, which this sweep takes from what is given.</summary>
    internal static void Compute(
        OutputGradient gradient, ReadOnlySpan<float> x, ChannelView view, ReadOnlySpan<double> means, Span<GradientSums> sums)
    {
        Check(gradient, x, view);
        SpanChecks.Length(means, view.Sets);
        SpanChecks.Length<GradientSums>(sums, view.Sets);
        fixed (float* given = gradient.Given, output = gradient.Output, receiver = gradient.Receiver, xs = x)
        fixed (double* mean = means)
        {
            if (output is null)
            {
                ChannelReduction.Run(new Formula<GivenGradient>(new(given), xs, mean), view, sums);
            }
            else if (receiver is null)
            {
                ChannelReduction.Run(new Formula<GatedGradient<ReluFunction>>(new(given, output), xs, mean), view, sums);
            }
            else
            {
                ChannelReduction.Run(
                    new Formula<ActivatedGradient<ReluFunction>>(new(given, output, receiver), xs, mean), view, sums);
            }
        }
    }

    /// <summary>Throws unless the gradient and x have the view's length.</summary>
    internal static void Check(OutputGradient gradient, ReadOnlySpan<float> x, ChannelView view)
    {
        SpanChecks.Length(gradient.Given, view.Length, nameof(gradient));
        SpanChecks.Length(gradient.Output, gradient.Output.IsEmpty ? 0 : view.Length);
        SpanChecks.Length<float>(gradient.Receiver, gradient.IsRecomputed ? 0 : gradient.Output.Length);
        SpanChecks.Length(x, view.Length);
    }

    /// <summary>Adds one vector to the sums.</summary>
    internal readonly struct Formula<TGradient>(TGradient gradient, float* x, double* means) : IChannelReduction<GradientSums>
        where TGradient : struct, IOutputGradient
    {
        public static int Tensors => 2;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public double Shift(int set, nint offset) => means[set];

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Double16 Shifts<TAccess>(TAccess access, int set, nint offset)
            where TAccess : struct, IVectorAccess => access.Load(means + set);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add<TAccess>(TAccess access, nint offset, nint position, Double16 shift, ref Double16 first, ref Double16 second)
            where TAccess : struct, IVectorAccess
        {
            Double16 dy = gradient.Widen(access, offset);
            Double16 deviation = access.Widen(x + offset) - shift;
            first += dy; // zero beyond the end, and so is what it multiplies
            second = Double16.FusedMultiplyAdd(dy, deviation, second);
        }

        public static GradientSums Result(double count, double shift, double first, double second) => new(first, second);
    }
}
