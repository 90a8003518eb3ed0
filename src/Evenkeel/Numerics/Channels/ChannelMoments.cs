using System.Numerics;
using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Channels;

/// <summary>The moments of each set.</summary>
internal static unsafe class ChannelMoments
{
    /// <summary>Computes count, mean and sum of squared deviations of each set of <paramref name="x"/>.</summary>
    /// <remarks>
    /// One sweep in double precision. Each block of up to 4,096 elements is summed relative to its first element s:
    /// with d = x − s, mean = s + Σd/n and Σ(x − mean)² = Σd² − (Σd)²/n. Since s is an element of the block,
    /// (s − mean)² ≤ Σ(x − mean)², so that the subtraction loses no more than a factor n of double precision,
    /// whatever the data: 1e4 ± 0.01 and ±1e30 come out right to single precision and far beyond, and no result falls below
    /// zero. Blocks are merged with their means relative to the first block's s, so that a large mean is rounded once, in the end.
    /// </remarks>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="x">The elements, in the order of <paramref name="view"/>.</param>
    /// <param name="view">The shape.</param>
    /// <param name="moments">Receives one value per set.</param>
    /// <exception cref="ArgumentException"><paramref name="x"/> or <paramref name="moments"/> does not have the view's length.</exception>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is another type.</exception>
    public static void Compute<T>(ReadOnlySpan<T> x, ChannelView view, Span<Moments> moments)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Precision.Check<T>();
        SpanChecks.Length(x, view.Length);
        SpanChecks.Length<Moments>(moments, view.Sets);
        fixed (T* source = x)
        {
            ChannelReduction.Run(new Formula<T>(source), view, moments);
        }
    }

    internal readonly struct Formula<T>(T* x) : IChannelReduction<Moments>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public double Shift(int set, nint offset) => double.CreateTruncating(x[offset]);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Double16 Shifts<TAccess>(TAccess access, int set, nint offset)
            where TAccess : struct, IVectorAccess => Precision.Load(access, x + offset);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add<TAccess>(TAccess access, nint offset, nint position, Double16 shift, ref Double16 first, ref Double16 second)
            where TAccess : struct, IVectorAccess
        {
            Double16 deviation = access.Mask(Precision.Load(access, x + offset) - shift);
            first += deviation;
            second = Double16.FusedMultiplyAdd(deviation, deviation, second);
        }

        // The first sum becomes the mean relative to the shift of the first block, the second the sum of squared deviations: the formulas
        // of Moments, set by set.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Merge(ref LaneSums merged, double before, in LaneSums block, double count)
        {
            var n = Double16.Create(count);
            Double16 mean = (block.Shift - merged.Shift) + block.First / n;
            Double16 squares = block.Second - block.First * block.First / n;
            if (before == 0)
            {
                merged.First = mean;
                merged.Second = squares;
                return;
            }

            double fraction = count / (before + count);
            Double16 difference = mean - merged.First;
            merged.First += difference * Double16.Create(fraction);
            merged.Second = merged.Second + squares + difference * difference * Double16.Create(before * fraction);
        }

        public static Moments Result(double count, double shift, double first, double second) => new(count, shift + first, second);
    }
}
