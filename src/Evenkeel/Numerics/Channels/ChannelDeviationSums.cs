using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Channels;

/// <summary>The sums of each set's deviations from a given value, over the elements that a mask keeps.</summary>
internal static unsafe class ChannelDeviationSums
{
    /// <summary>Computes Σd and Σd² of each set, where d = (x − shift)·kept.</summary>
    /// <param name="x">The elements, finite where they are not kept, in the order of <paramref name="view"/>.</param>
    /// <param name="kept">1 where an element is kept, 0 where not; in the same order.</param>
    /// <param name="view">The shape.</param>
    /// <param name="shifts">What is subtracted, per set.</param>
    /// <param name="sums">Receives one value per set.</param>
    public static void Compute(
        ReadOnlySpan<float> x, ReadOnlySpan<float> kept, ChannelView view, ReadOnlySpan<double> shifts, Span<DeviationSums> sums)
    {
        SpanChecks.Length(x, view.Length);
        SpanChecks.Length(kept, view.Length);
        SpanChecks.Length(shifts, view.Sets);
        SpanChecks.Length<DeviationSums>(sums, view.Sets);
        fixed (float* source = x, mask = kept)
        fixed (double* shift = shifts)
        {
            ChannelReduction.Run(new Formula(source, mask, shift), view, sums);
        }
    }

    private readonly struct Formula(float* x, float* kept, double* shifts) : IChannelReduction<DeviationSums>
    {
        public double Shift(int set, nint offset) => shifts[set];

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Double16 Shifts<TAccess>(TAccess access, int set, nint offset)
            where TAccess : struct, IVectorAccess => access.Load(shifts + set);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add<TAccess>(TAccess access, nint offset, nint position, Double16 shift, ref Double16 first, ref Double16 second)
            where TAccess : struct, IVectorAccess
        {
            Double16 deviation = (access.Widen(x + offset) - shift) * access.Widen(kept + offset);
            first += deviation;
            second = Double16.FusedMultiplyAdd(deviation, deviation, second);
        }

        public static DeviationSums Result(double count, double shift, double first, double second) => new(first, second);
    }
}

/// <summary>Σd and Σd² over a set.</summary>
internal readonly record struct DeviationSums(double Deviations, double Squares);
