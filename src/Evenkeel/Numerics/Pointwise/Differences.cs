using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Pointwise;

/// <summary>Measures how far the elements of two spans are apart.</summary>
/// <remarks>
/// Equal elements are 0 apart, and so are two NaN and two infinities of one sign. An element that is NaN or infinite is infinitely far from
/// any other.
/// </remarks>
internal static unsafe class Differences
{
    private const int Chunk = 2048;

    /// <summary>Returns the largest difference of two elements at one position; 0 for empty spans.</summary>
    public static float Largest(ReadOnlySpan<float> a, ReadOnlySpan<float> b) => Largest(a, b, float.PositiveInfinity);

    /// <summary>True if no two elements at one position differ by more than a limit.</summary>
    public static bool AreWithin(ReadOnlySpan<float> a, ReadOnlySpan<float> b, double limit) => Largest(a, b, limit) <= limit;

    /// <summary>Returns the largest magnitude of the elements that are finite; 0 if none is.</summary>
    public static float LargestFinite(ReadOnlySpan<float> x)
    {
        Span<float> magnitudes = stackalloc float[Chunk];
        float largest = 0;
        for (int start = 0; start < x.Length; start += Chunk)
        {
            int length = Math.Min(Chunk, x.Length - start);
            fixed (float* source = x[start..], destination = magnitudes)
            {
                Elementwise.Run(new FiniteMagnitude(source, destination), length);
            }

            largest = Math.Max(largest, TensorPrimitives.Max<float>(magnitudes[..length]));
        }

        return largest;
    }

    /// <summary>Returns the largest difference, or the first that was found beyond a limit.</summary>
    private static float Largest(ReadOnlySpan<float> a, ReadOnlySpan<float> b, double limit)
    {
        SpanChecks.Length(b, a.Length);
        Span<float> differences = stackalloc float[Chunk];
        float largest = 0;
        for (int start = 0; start < a.Length && largest <= limit; start += Chunk)
        {
            int length = Math.Min(Chunk, a.Length - start);
            fixed (float* first = a[start..], second = b[start..], destination = differences)
            {
                Elementwise.Run(new Difference(first, second, destination), length);
            }

            largest = Math.Max(largest, TensorPrimitives.Max<float>(differences[..length]));
        }

        return largest;
    }

    private readonly struct Difference(float* a, float* b, float* difference) : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TAccess>(TAccess access, nint offset)
            where TAccess : struct, IVectorAccess
        {
            Vector512<float> x = access.Load(a + offset), y = access.Load(b + offset);
            Vector512<float> distance = Vector512.Abs(x - y);
            Vector512<float> areEqual = Vector512.Equals(x, y) | (Vector512.IsNaN(x) & Vector512.IsNaN(y));
            Vector512<float> infinite = Vector512.Create(float.PositiveInfinity);
            distance = Vector512.ConditionalSelect(Vector512.LessThan(distance, infinite), distance, infinite); // NaN, too
            access.Store(difference + offset, Vector512.AndNot(distance, areEqual));
        }
    }

    private readonly struct FiniteMagnitude(float* x, float* magnitude) : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TAccess>(TAccess access, nint offset)
            where TAccess : struct, IVectorAccess
        {
            Vector512<float> value = Vector512.Abs(access.Load(x + offset));
            access.Store(magnitude + offset, value & Vector512.LessThan(value, Vector512.Create(float.PositiveInfinity)));
        }
    }
}
