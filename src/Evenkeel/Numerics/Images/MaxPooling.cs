using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Images;

/// <summary>Max pooling: the largest element of each window, which alone receives its gradient.</summary>
/// <remarks>
/// The first of equal elements wins, in the order of rows and columns. NaN wins over numbers, and the last NaN over others.
/// </remarks>
internal static unsafe class MaxPooling
{
    /// <summary>Computes the largest element of each window and its position in the window.</summary>
    public static void Forward(ReadOnlySpan<float> x, PoolingView view, Span<float> y, Span<int> winners)
    {
        SpanChecks.Length(x, view.InputLength);
        SpanChecks.Length<float>(y, view.OutputLength);
        SpanChecks.Length<int>(winners, view.OutputLength);
        fixed (float* source = x, largest = y)
        fixed (int* positions = winners)
        {
            Pooling.Forward(new Formula(largest, positions), view, source);
        }
    }

    /// <summary>Computes dx: the sum of the gradients of the windows in which each element is the largest.</summary>
    public static void Backward(ReadOnlySpan<float> dy, ReadOnlySpan<int> winners, PoolingView view, Span<float> dx)
    {
        SpanChecks.Length(dy, view.OutputLength);
        SpanChecks.Length(winners, view.OutputLength);
        SpanChecks.Length<float>(dx, view.InputLength);
        fixed (float* gradient = dy, result = dx)
        fixed (int* positions = winners)
        {
            Pooling.Backward(new Formula(gradient, positions), view, result);
        }
    }

    // Winners are loaded and stored as if they were floats, since only their bits are moved.
    private readonly struct Formula(float* values, int* winners) : IPooling
    {
        public static float Start => float.NegativeInfinity;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static void Accumulate(Vector512<float> x, int position, ref Vector512<float> value, ref Vector512<int> winner)
        {
            Vector512<float> wins = Vector512.GreaterThan(x, value) | ~Vector512.Equals(x, x);
            value = Vector512.ConditionalSelect(wins, x, value);
            winner = Vector512.ConditionalSelect(wins.AsInt32(), Vector512.Create(position), winner);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Store<TAccess>(TAccess access, nint offset, Vector512<float> value, Vector512<int> winner)
            where TAccess : struct, IVectorAccess
        {
            access.Store(values + offset, value);
            access.Store((float*)(winners + offset), winner.AsSingle());
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Contribution<TAccess>(TAccess access, nint offset, int position)
            where TAccess : struct, IVectorAccess
        {
            Vector512<int> winner = access.Load((float*)(winners + offset)).AsInt32();
            return access.Load(values + offset) & Vector512.Equals(winner, Vector512.Create(position)).AsSingle();
        }
    }
}
