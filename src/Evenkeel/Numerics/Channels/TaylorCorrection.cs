using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Channels;

/// <summary>First-order changes of a mean and a variance with the weights they were taken at.</summary>
internal static unsafe class TaylorCorrection
{
    /// <summary>Computes Σᵢ meanGradientᵢ·Δᵢ and Σᵢ varianceGradientᵢ·Δᵢ of each row, where Δ = now − before.</summary>
    /// <param name="now">The weights now, [rows, columns].</param>
    /// <param name="before">The weights before, [rows, columns].</param>
    /// <param name="meanGradient">The mean's gradient, [columns], the same for all rows.</param>
    /// <param name="varianceGradient">The variance's gradient, [rows, columns].</param>
    /// <param name="steps">Receives one value per row.</param>
    public static void Compute(
        ReadOnlySpan<float> now,
        ReadOnlySpan<float> before,
        ReadOnlySpan<float> meanGradient,
        ReadOnlySpan<float> varianceGradient,
        Span<TaylorStep> steps)
    {
        var view = new ChannelView(steps.Length, 1, 1, meanGradient.Length);
        SpanChecks.Length(now, view.Length);
        SpanChecks.Length(before, view.Length);
        SpanChecks.Length(varianceGradient, view.Length);
        fixed (float* w = now, past = before, mean = meanGradient, variance = varianceGradient)
        {
            ChannelReduction.Run(new Formula(w, past, mean, variance), view, steps);
        }
    }

    private readonly struct Formula(float* now, float* before, float* meanGradient, float* varianceGradient)
        : IChannelReduction<TaylorStep>
    {
        public double Shift(int set, nint offset) => 0;

        public Double16 Shifts<TAccess>(TAccess access, int set, nint offset)
            where TAccess : struct, IVectorAccess => default;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add<TAccess>(TAccess access, nint offset, nint position, Double16 shift, ref Double16 first, ref Double16 second)
            where TAccess : struct, IVectorAccess
        {
            Double16 change = access.Widen(now + offset) - access.Widen(before + offset);
            first = Double16.FusedMultiplyAdd(change, access.Widen(meanGradient + position), first);
            second = Double16.FusedMultiplyAdd(change, access.Widen(varianceGradient + offset), second);
        }

        public static TaylorStep Result(double count, double shift, double first, double second) => new(first, second);
    }
}

/// <summary>First-order changes of a mean and of a variance.</summary>
internal readonly record struct TaylorStep(double Mean, double Variance);
