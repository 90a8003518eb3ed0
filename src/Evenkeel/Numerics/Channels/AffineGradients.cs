namespace Evenkeel.Numerics.Channels;

/// <summary>The gradients of a normalization's bias β and weight γ at one position of a set, summed over the sets.</summary>
/// <param name="Bias">Σ dy.</param>
/// <param name="Weight">Σ dy·x̂, with x̂ = (x − mean)·scale of each set.</param>
internal readonly record struct AffineGradients(double Bias, double Weight);
