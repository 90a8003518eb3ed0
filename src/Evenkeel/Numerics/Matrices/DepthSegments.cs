namespace Evenkeel.Numerics.Matrices;

/// <summary>The offsets of the elements that a row of the left operand multiplies, relative to the row's origin.</summary>
/// <remarks>
/// They are the same for every row: segments of elements a fixed stride apart, one segment after the other. A matrix has a single
/// segment; a patch of an image has one for each of its rows.
/// </remarks>
internal unsafe struct DepthSegments
{
    private int _count;

    /// <summary>Creates an empty list.</summary>
    /// <param name="memory">Memory for all segments that will be appended.</param>
    /// <param name="stride">The distance from an element of a segment to the next.</param>
    public DepthSegments(Segment* memory, nint stride)
    {
        First = memory;
        Stride = stride;
    }

    /// <summary>The first segment.</summary>
    public Segment* First { get; private set; }

    /// <summary>The number of elements at the start of the first segment that are left out.</summary>
    public int Skip { get; private set; }

    /// <summary>The number of elements in all segments together.</summary>
    public int Length { get; private set; }

    /// <summary>The distance from an element of a segment to the next.</summary>
    public nint Stride { get; }

    /// <summary>Appends a segment; one that continues the last is merged with it.</summary>
    public void Append(nint offset, int length)
    {
        Segment* last = First + _count - 1;
        if (_count > 0 && last->Offset + last->Length * Stride == offset)
        {
            last->Length += length;
        }
        else
        {
            First[_count++] = new Segment { Offset = offset, Length = length };
        }

        Length += length;
    }

    /// <summary>Returns at most <paramref name="length"/> elements, starting at element <paramref name="start"/>.</summary>
    public readonly DepthSegments Slice(int start, int length)
    {
        DepthSegments slice = this;
        slice.Length = Math.Min(length, Length - start);
        slice.Skip += start;
        while (slice.Length > 0 && slice.Skip >= slice.First->Length)
        {
            slice.Skip -= slice.First->Length;
            slice.First++;
        }

        return slice;
    }

    /// <summary>Elements of a row, <see cref="Stride"/> apart.</summary>
    public struct Segment
    {
        /// <summary>The offset of the first element from the row's origin.</summary>
        public nint Offset;

        /// <summary>The number of elements.</summary>
        public int Length;
    }
}
