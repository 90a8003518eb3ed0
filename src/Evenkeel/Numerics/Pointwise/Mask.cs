using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Pointwise;

/// <summary>Applies masks over elements: 1 keeps an element, 0 drops it.</summary>
internal static unsafe class Mask
{
    /// <summary>Expands a mask over positions to all channels: element (o, c, i) gets that of position o·inner + i.</summary>
    public static void Expand(ReadOnlySpan<bool> positions, ChannelView view, Span<float> kept)
    {
        SpanChecks.Length(positions, view.Outer * view.Inner);
        SpanChecks.Length<float>(kept, view.Length);
        int length = view.Channels * view.Inner;
        for (int outer = 0; outer < view.Outer; outer++)
        {
            Span<float> sample = kept.Slice(outer * length, length);
            for (int inner = 0; inner < view.Inner; inner++)
            {
                sample[inner] = positions[outer * view.Inner + inner] ? 1 : 0;
            }

            // All channels equal the first; each copy doubles the part that is filled.
            for (int filled = view.Inner; filled < length; filled *= 2)
            {
                sample[..Math.Min(filled, length - filled)].CopyTo(sample[filled..]);
            }
        }
    }

    /// <summary>y = x for kept elements, 0 for others (NaN too); <paramref name="y"/> may be <paramref name="x"/> itself.</summary>
    public static void Apply(ReadOnlySpan<float> x, ReadOnlySpan<float> kept, Span<float> y)
    {
        SpanChecks.Length(kept, x.Length);
        SpanChecks.Length<float>(y, x.Length);
        fixed (float* source = x, mask = kept, destination = y)
        {
            Elementwise.Run(new Selection(source, mask, destination), x.Length);
        }
    }

    /// <summary>Finds the index, in the whole view, of the first element of each set that is kept; −1 if there is none.</summary>
    public static void FindFirst(ReadOnlySpan<float> kept, ChannelView view, Span<int> first)
    {
        SpanChecks.Length(kept, view.Length);
        SpanChecks.Length<int>(first, view.Sets);
        for (int set = 0; set < first.Length; set++)
        {
            first[set] = FirstOf(kept, view, set);
        }
    }

    private static int FirstOf(ReadOnlySpan<float> kept, ChannelView view, int set)
    {
        (int part, int channel) = Math.DivRem(set, view.Channels);
        for (int outer = 0; outer < view.Outer; outer++)
        {
            int start = ((part * view.Outer + outer) * view.Channels + channel) * view.Inner;
            int found = kept.Slice(start, view.Inner).IndexOfAnyExcept(0f);
            if (found >= 0)
            {
                return start + found;
            }
        }

        return -1;
    }

    private readonly struct Selection(float* x, float* kept, float* y) : IElementwise
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TAccess>(TAccess access, nint offset)
            where TAccess : struct, IVectorAccess
        {
            Vector512<float> dropped = Vector512.Equals(access.Load(kept + offset), Vector512<float>.Zero);
            access.Store(y + offset, Vector512.AndNot(access.Load(x + offset), dropped));
        }
    }
}
