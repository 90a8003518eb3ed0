using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Channels;

/// <summary>The product of a tensor with a factor for each set, and the gradients of the factors.</summary>
internal static unsafe class ChannelProduct
{
    /// <summary>y = factor·x.</summary>
    public static void Multiply(ReadOnlySpan<float> x, ChannelView view, ReadOnlySpan<float> factors, Span<float> y)
    {
        SpanChecks.Length(x, view.Length);
        SpanChecks.Length(factors, view.Sets);
        SpanChecks.Length<float>(y, view.Length);
        fixed (float* source = x, factor = factors, destination = y)
        {
            ChannelMap.Run<Formula, Vector512<float>>(new Formula(source, factor, destination), view);
        }
    }

    /// <summary>Σ dy·x over each set, in double precision.</summary>
    /// <param name="dy">The gradient of the product.</param>
    /// <param name="x">The tensor.</param>
    /// <param name="view">The shape of both.</param>
    /// <param name="zeros">A zero for each set.</param>
    /// <param name="sums">Memory for the sums of each set.</param>
    /// <param name="gradients">Receives the gradient of each factor.</param>
    public static void FactorGradients(
        ReadOnlySpan<float> dy,
        ReadOnlySpan<float> x,
        ChannelView view,
        ReadOnlySpan<double> zeros,
        Span<GradientSums> sums,
        Span<float> gradients)
    {
        SpanChecks.Length<float>(gradients, view.Sets);
        ChannelGradientSums.Compute(dy, x, view, zeros, sums);
        for (int set = 0; set < gradients.Length; set++)
        {
            gradients[set] = (float)sums[set].GradientTimesDeviation;
        }
    }

    private readonly struct Formula(float* x, float* factors, float* y) : IChannelMap<Vector512<float>>
    {
        public Vector512<float> Of(int set) => Vector512.Create(factors[set]);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> From<TAccess>(TAccess access, int set)
            where TAccess : struct, IVectorAccess => access.Load(factors + set);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TAccess>(TAccess access, nint offset, nint position, in Vector512<float> factor)
            where TAccess : struct, IVectorAccess => access.Store(y + offset, access.Load(x + offset) * factor);
    }
}
