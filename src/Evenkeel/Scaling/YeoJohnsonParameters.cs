namespace Evenkeel.Scaling;

/// <summary>The Yeo–Johnson transform of a column: y = (d(x) − mean)/deviation, where d(x) = (ψ(x) − ψ(pivot))/(1 + |pivot|)ᵖ.</summary>
/// <remarks>
/// ψ(x) = ((1 + x)^λ − 1)/λ, or ln(1 + x) for λ = 0, where x ≥ 0; ψ(x) = −((1 − x)^(2 − λ) − 1)/(2 − λ), or −ln(1 − x) for λ = 2, where
/// x &lt; 0. The power p is λ where the pivot is not negative, 2 − λ where it is. Where d is not standardized, pivot and mean are 0 and
/// the deviation is 1, so that y = ψ(x).
/// </remarks>
/// <param name="Lambda">λ.</param>
/// <param name="Pivot">The value that d is 0 at.</param>
/// <param name="Mean">The mean of d.</param>
/// <param name="Deviation">The standard deviation of d; 1 where the column is constant.</param>
public readonly record struct YeoJohnsonParameters(double Lambda, double Pivot, double Mean, double Deviation);
