using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Networks;

/// <summary>What a layer returned in a pass, copied.</summary>
internal sealed class RecordedOutput
{
    // One of these makes [N, *, C] of [N, C, *], the other the opposite.
    private static readonly (Index From, Index To)[] ChannelMoves = [(1, ^1), (^1, 1)];

    private readonly nint[] _lengths;
    private readonly float[] _values;

    /// <summary>Copies an output.</summary>
    public RecordedOutput(string path, Layer layer, Tensor<float> output)
    {
        (Path, Layer) = (path, layer);
        _lengths = output.Lengths.ToArray();
        _values = output.Elements().ToArray();
        Largest = Differences.LargestFinite(_values);
    }

    /// <summary>The layer's path in its network.</summary>
    public string Path { get; }

    /// <summary>The layer.</summary>
    public Layer Layer { get; }

    /// <summary>The shape of the output.</summary>
    public ReadOnlySpan<nint> Lengths => _lengths;

    /// <summary>The number of elements.</summary>
    public int Count => _values.Length;

    /// <summary>The largest magnitude of the elements that are finite.</summary>
    public double Largest { get; }

    /// <summary>True if another output has equal values up to a tolerance relative to the largest, in the order of this one.</summary>
    public bool Agrees(RecordedOutput other, double tolerance)
    {
        // The largest magnitudes differ by no more than elements do, so that few pairs need more than this comparison.
        double limit = tolerance * Largest;
        return Count == other.Count
            && Math.Abs(Largest - other.Largest) <= limit
            && (Differences.AreWithin(_values, other._values, limit)
                || InThisLayout(other).Any(values => Differences.AreWithin(_values, values, limit)));
    }

    /// <summary>
    /// Returns the largest difference from another output: of one shape element by element, else in the layout where it is smallest; null
    /// for another size.
    /// </summary>
    public double? LargestDifference(RecordedOutput other) => Count != other.Count
        ? null
        : (other._lengths.AsSpan().SequenceEqual(_lengths) ? [] : InThisLayout(other)).DefaultIfEmpty(other._values)
            .Min(values => (double)Differences.Largest(_values, values));

    /// <summary>Returns the values of an output whose channels are last where they are first here, or the other way round.</summary>
    private IEnumerable<float[]> InThisLayout(RecordedOutput other)
    {
        if (_lengths.Length < 3 || other._lengths.Length != _lengths.Length)
        {
            yield break;
        }

        foreach ((Index from, Index to) in ChannelMoves)
        {
            List<int> axes = [.. Enumerable.Range(0, _lengths.Length)];
            int channels = axes[from];
            axes.RemoveAt(channels);
            axes.Insert(to.GetOffset(_lengths.Length), channels);
            if (axes.Select(axis => other._lengths[axis]).SequenceEqual(_lengths))
            {
                float[] moved = new float[other._values.Length];
                AxisOrder.Copy(other._values, other._lengths, axes.ToArray(), moved);
                yield return moved;
            }
        }
    }
}
