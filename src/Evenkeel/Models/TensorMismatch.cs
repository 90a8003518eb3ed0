namespace Evenkeel.Models;

/// <summary>A tensor that does not fit the network.</summary>
/// <param name="Name">Its name in the network.</param>
/// <param name="Expected">The shape or the type in the network.</param>
/// <param name="Actual">The shape or the type of the tensor that was given.</param>
public sealed record TensorMismatch(string Name, string Expected, string Actual)
{
    /// <summary>"'0.weight' (Float64 for Float32)".</summary>
    public override string ToString() => $"'{Name}' ({Actual} for {Expected})";
}
