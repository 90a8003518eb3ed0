using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Images;

/// <summary>The largest element of each window; its gradient goes to that element alone.</summary>
/// <remarks>Of equal elements the first wins, in the order of rows and columns; NaN wins over numbers, and the last over other NaN.</remarks>
internal static unsafe class MaxPooling
{
    /// <summary>Computes the largest element of each window, and its place in the window.</summary>
    public static void Forward(ReadOnlySpan<float> x, PoolingView view, Span<float> y, Span<int> winners)
    {
        SpanChecks.Length(x, view.InputLength);
        SpanChecks.Length<float>(y, view.OutputLength);
        SpanChecks.Length<int>(winners, view.OutputLength);
        fixed (float* source = x, largest = y)
        fixed (int* places = winners)
        {
            Pooling.Forward(new Formula(largest, places), view, source);
        }
    }

    /// <summary>Computes dx, given the winners' places: each element's sum of the gradients of the windows that it won.</summary>
    public static void Backward(ReadOnlySpan<float> dy, ReadOnlySpan<int> winners, PoolingView view, Span<float> dx)
    {
        SpanChecks.Length(dy, view.OutputLength);
        SpanChecks.Length(winners, view.OutputLength);
        SpanChecks.Length<float>(dx, view.InputLength);
        fixed (float* gradient = dy, result = dx)
        fixed (int* places = winners)
        {
            Pooling.Backward(new Formula(gradient, places), view, result);
        }
    }

    // Winners are loaded and stored as the vectors of floats that they are not: only their bits are moved.
    private readonly struct Formula(float* values, int* winners) : IPooling
    {
        public static float Start => float.NegativeInfinity;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Take(Vector512<float> x, int place, ref Vector512<float> value, ref Vector512<int> winner)
        {
            Vector512<float> wins = Vector512.GreaterThan(x, value) | ~Vector512.Equals(x, x);
            value = Vector512.ConditionalSelect(wins, x, value);
            winner = Vector512.ConditionalSelect(wins.AsInt32(), Vector512.Create(place), winner);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Keep<TAccess>(TAccess access, nint offset, Vector512<float> value, Vector512<int> winner)
            where TAccess : struct, IVectorAccess
        {
            access.Store(values + offset, value);
            access.Store((float*)(winners + offset), winner.AsSingle());
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Contribution<TAccess>(TAccess access, nint offset, int place)
            where TAccess : struct, IVectorAccess
        {
            Vector512<int> winner = access.Load((float*)(winners + offset)).AsInt32();
            return access.Load(values + offset) & Vector512.Equals(winner, Vector512.Create(place)).AsSingle();
        }
    }
}
