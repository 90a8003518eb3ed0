using static System.FormattableString;

namespace Evenkeel.Onnx.Reading;

/// <summary>A tensor that the network computes.</summary>
/// <param name="Node">The name of the node of the network's graph.</param>
/// <param name="Sample">The shape of a sample.</param>
internal sealed record NetworkValue(string Node, nint[] Sample) : OnnxInput
{
    /// <summary>
    /// True for a vector that the file has axes of length 1 around, as factors of channels have: only a product reads it.
    /// </summary>
    public bool IsFactors { get; init; }

    /// <summary>True for integers: only an embedding reads them.</summary>
    public bool IsCodes { get; init; }

    /// <summary>The number of axes of a batch.</summary>
    public int Rank => Sample.Length + 1;

    /// <summary>Turns an axis that may count from the end into one that counts from the start, from 1 on.</summary>
    /// <exception cref="NodeException">It is not an axis of a sample.</exception>
    public int Axis(long axis)
    {
        long positive = axis < 0 ? axis + Rank : axis;
        return positive >= 1 && positive < Rank
            ? (int)positive
            : throw new NodeException(Invariant($"its axis {axis} is not one of a sample {Shape}"));
    }

    /// <summary>The shape of a batch in words: "[N, 3, 224, 224]".</summary>
    public string Shape => $"[{string.Join(", ", ["N", .. Sample.Select(length => Invariant($"{length}"))])}]";
}
