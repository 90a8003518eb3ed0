using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Losses;

/// <summary>Computes the mean of a loss over elements, and its gradient.</summary>
internal static unsafe class ElementLoss
{
    /// <summary>Returns Σℓ(y, t)/n and writes ∂ℓ/∂y/n into <paramref name="gradient"/>.</summary>
    public static double Mean<TLoss>(TLoss loss, ReadOnlySpan<float> y, ReadOnlySpan<float> t, Span<float> gradient)
        where TLoss : struct, IElementLoss
    {
        SpanChecks.Length(t, y.Length);
        SpanChecks.Length<float>(gradient, y.Length);
        double sum = 0;
        fixed (float* value = y, target = t, result = gradient)
        {
            ChannelReduction.Run(
                new Formula<TLoss>(loss, value, target, result, 1f / y.Length),
                new ChannelView(1, 1, y.Length),
                new Span<double>(ref sum));
        }

        return sum / y.Length;
    }

    private readonly struct Formula<TLoss>(TLoss loss, float* y, float* t, float* gradient, float factor) : IChannelReduction<double>
        where TLoss : struct, IElementLoss
    {
        public double Shift(int set, nint offset) => 0;

        public Double16 Shifts<TAccess>(TAccess access, int set, nint offset)
            where TAccess : struct, IVectorAccess => default;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add<TAccess>(TAccess access, nint offset, nint position, Double16 shift, ref Double16 first, ref Double16 second)
            where TAccess : struct, IVectorAccess
        {
            Vector512<float> value = access.Load(y + offset);
            Vector512<float> target = access.Load(t + offset);
            access.Store(gradient + offset, loss.Gradient(value, target, Vector512.Create(factor)));
            second = loss.Add(access, Double16.Widen(value), Double16.Widen(target), second);
        }

        public static double Result(double count, double shift, double first, double second) => second;
    }
}
