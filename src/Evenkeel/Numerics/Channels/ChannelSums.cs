using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Channels;

/// <summary>The sum of each set: the gradient of a bias.</summary>
internal static unsafe class ChannelSums
{
    /// <summary>Computes Σ x of each set, in double precision.</summary>
    /// <param name="x">The elements, in the order of <paramref name="view"/>.</param>
    /// <param name="view">The shape.</param>
    /// <param name="sums">Receives one value per set.</param>
    /// <exception cref="ArgumentException">A span does not have the view's length.</exception>
    public static void Compute(ReadOnlySpan<float> x, ChannelView view, Span<double> sums)
    {
        SpanChecks.Length(x, view.Length);
        SpanChecks.Length<double>(sums, view.Sets);
        fixed (float* source = x)
        {
            ChannelReduction.Run(new Formula(source), view, sums);
        }
    }

    private readonly struct Formula(float* x) : IChannelReduction<double>
    {
        public double Shift(int set, nint offset) => 0;

        public Double16 Shifts<TAccess>(TAccess access, int set, nint offset)
            where TAccess : struct, IVectorAccess => default;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add<TAccess>(TAccess access, nint offset, nint position, Double16 shift, ref Double16 first, ref Double16 second)
            where TAccess : struct, IVectorAccess => first += access.Widen(x + offset);

        public static double Result(double count, double shift, double first, double second) => first;
    }
}
