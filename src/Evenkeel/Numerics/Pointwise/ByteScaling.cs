using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Pointwise;

/// <summary>Converts the bytes of images to numbers from 0 to 1.</summary>
internal static class ByteScaling
{
    /// <summary>y = x / 255, rounded once.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static unsafe void Run(ReadOnlySpan<byte> x, Span<float> y)
    {
        SpanChecks.Length<float>(y, x.Length);
        fixed (byte* source = x)
        fixed (float* destination = y)
        {
            int i = 0;
            for (; i <= x.Length - FullVector.Count; i += FullVector.Count)
            {
                (Vector128<ushort> lower, Vector128<ushort> upper) = Vector128.Widen(Vector128.Load(source + i));
                Vector512<uint> wide = Vector512.Create(Widen(lower), Widen(upper));
                (Vector512.ConvertToSingle(wide.AsInt32()) / Vector512.Create(255f)).Store(destination + i);
            }

            for (; i < x.Length; i++)
            {
                destination[i] = source[i] / 255f;
            }
        }
    }

    /// <summary>y = x / 255, from one plane per channel to channel-last pixels.</summary>
    /// <exception cref="ArgumentException">The lengths differ.</exception>
    public static void RunPlanes(ReadOnlySpan<byte> x, int channels, Span<float> y)
    {
        SpanChecks.Length<float>(y, x.Length);
        int pixels = x.Length / channels;
        for (int c = 0; c < channels; c++)
        {
            ReadOnlySpan<byte> plane = x.Slice(c * pixels, pixels);
            for (int i = 0; i < plane.Length; i++)
            {
                y[i * channels + c] = plane[i] / 255f;
            }
        }
    }

    private static Vector256<uint> Widen(Vector128<ushort> values)
    {
        (Vector128<uint> lower, Vector128<uint> upper) = Vector128.Widen(values);
        return Vector256.Create(lower, upper);
    }
}
