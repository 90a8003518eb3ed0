using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Pointwise;

/// <summary>Masks over elements: 1 where an element is kept, 0 where it is not.</summary>
internal static unsafe class Mask
{
    /// <summary>Gives each element of a view the mask of its place: element (o, c, i) that of place o·inner + i.</summary>
    public static void Expand(ReadOnlySpan<bool> places, ChannelView view, Span<float> kept)
    {
        SpanChecks.Length(places, view.Outer * view.Inner);
        SpanChecks.Length<float>(kept, view.Length);
        int length = view.Channels * view.Inner;
        for (int outer = 0; outer < view.Outer; outer++)
        {
            Span<float> sample = kept.Slice(outer * length, length);
            for (int inner = 0; inner < view.Inner; inner++)
            {
                sample[inner] = places[outer * view.Inner + inner] ? 1 : 0;
            }

            // All channels have what the first has; each copy doubles what is there.
            for (int filled = view.Inner; filled < length; filled *= 2)
            {
                sample[..Math.Min(filled, length - filled)].CopyTo(sample[filled..]);
            }
        }
    }

    /// <summary>y = x where an element is kept, 0 where not, whatever is there; <paramref name="y"/> may be <paramref name="x"/> itself.</summary>
    public static void Apply(ReadOnlySpan<float> x, ReadOnlySpan<float> kept, Span<float> y)
    {
        SpanChecks.Length(kept, x.Length);
        SpanChecks.Length<float>(y, x.Length);
        fixed (float* source = x, mask = kept, destination = y)
        {
            Elementwise.Run(new Selection(source, mask, destination), x.Length);
        }
    }

    /// <summary>The number of the first kept element of each set, counted within the whole view; −1 where none is kept.</summary>
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
