using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Channels;

/// <summary>The gradients of weights that differ from element to element of a set, summed over the sets.</summary>
internal static unsafe class AffineGradientSums
{
    /// <summary>Computes Σ dy and Σ dy·(x − mean)·scale of each column of [rows, columns], with the mean and scale of each row.</summary>
    /// <param name="gradient">dy [rows, columns].</param>
    /// <param name="x">x [rows, columns].</param>
    /// <param name="means">The mean of each row.</param>
    /// <param name="scales">The scale of each row.</param>
    /// <param name="sums">Receives one value per column.</param>
    public static void Compute(
        ReadOnlySpan<float> gradient,
        ReadOnlySpan<float> x,
        ReadOnlySpan<double> means,
        ReadOnlySpan<double> scales,
        Span<AffineGradients> sums)
    {
        var view = new ChannelView(means.Length, sums.Length, 1);
        SpanChecks.Length(gradient, view.Length);
        SpanChecks.Length(x, view.Length);
        SpanChecks.Length(scales, view.Outer);
        fixed (float* dy = gradient, xs = x)
        fixed (double* mean = means, scale = scales)
        {
            ChannelReduction.Run(new Formula(dy, xs, mean, scale), view, sums);
        }
    }

    /// <summary>bias += Σ dy and weight += Σ dy·x̂ at each position; an empty span stands for a parameter that is not there.</summary>
    public static void AddTo(Span<float> weight, Span<float> bias, ReadOnlySpan<AffineGradients> sums)
    {
        for (int i = 0; i < weight.Length; i++)
        {
            weight[i] += (float)sums[i].Weight;
        }

        for (int i = 0; i < bias.Length; i++)
        {
            bias[i] += (float)sums[i].Bias;
        }
    }

    internal readonly struct Formula(float* gradient, float* x, double* means, double* scales) : IChannelReduction<AffineGradients>
    {
        public static int Tensors => 2;

        public double Shift(int set, nint offset) => 0;

        public Double16 Shifts<TAccess>(TAccess access, int set, nint offset)
            where TAccess : struct, IVectorAccess => default;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add<TAccess>(TAccess access, nint offset, nint position, Double16 shift, ref Double16 first, ref Double16 second)
            where TAccess : struct, IVectorAccess
        {
            Double16 dy = access.Widen(gradient + offset);
            Double16 deviation = access.Widen(x + offset) - Double16.Create(means[position]);
            first += dy; // zero beyond the end, and so is what it multiplies
            second = Double16.FusedMultiplyAdd(dy, deviation * Double16.Create(scales[position]), second);
        }

        public static AffineGradients Result(double count, double shift, double first, double second) => new(first, second);
    }
}
