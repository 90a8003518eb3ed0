namespace Evenkeel.Numerics.Matrices;

/// <summary>A run of elements of a row of the left operand.</summary>
internal struct DepthSegment
{
    /// <summary>Where it begins, from the row's origin.</summary>
    public nint Offset;

    /// <summary>How many elements it has.</summary>
    public int Length;
}

/// <summary>
/// Where the elements lie that a row of the left operand multiplies, the same for every row: runs of elements a fixed stride
/// apart, one run after the other. A matrix has a single run; a patch of an image has one for each of its rows.
/// </summary>
internal unsafe struct DepthSegments
{
    private int _count;

    /// <summary>An empty list.</summary>
    /// <param name="memory">Room for all runs that will be appended.</param>
    /// <param name="stride">From an element of a run to the next.</param>
    public DepthSegments(DepthSegment* memory, nint stride)
    {
        First = memory;
        Stride = stride;
    }

    /// <summary>The first run.</summary>
    public DepthSegment* First { get; private set; }

    /// <summary>How many elements of the first run are left out.</summary>
    public int Skip { get; private set; }

    /// <summary>How many elements there are in all runs together.</summary>
    public int Length { get; private set; }

    /// <summary>From an element of a run to the next.</summary>
    public nint Stride { get; }

    /// <summary>Adds a run, as part of the last one where it goes on from there.</summary>
    public void Append(nint offset, int length)
    {
        DepthSegment* last = First + _count - 1;
        if (_count > 0 && last->Offset + last->Length * Stride == offset)
        {
            last->Length += length;
        }
        else
        {
            First[_count++] = new DepthSegment { Offset = offset, Length = length };
        }

        Length += length;
    }

    /// <summary>The elements from <paramref name="start"/> on, at most <paramref name="length"/> of them.</summary>
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
}
