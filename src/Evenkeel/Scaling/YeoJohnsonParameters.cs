namespace Evenkeel.Scaling;

/// <summary>The Yeo–Johnson transform of a column: y = (d(x) − mean)/deviation with d(x) = (ψ(x) − ψ(pivot))/(1 + |pivot|)ᵖ.</summary>
/// <remarks>
/// For x ≥ 0, ψ(x) = ((1 + x)^λ − 1)/λ, or ln(1 + x) for λ = 0; for x &lt; 0, ψ(x) = −((1 − x)^(2 − λ) − 1)/(2 − λ), or −ln(1 − x) for
/// λ = 2. The power p is λ for a pivot of at least 0, otherwise 2 − λ. Without standardization, pivot and mean are 0 and the deviation
/// is 1, so that y = ψ(x).
/// </remarks>
/// <param name="Lambda">λ.</param>
/// <param name="Pivot">The value at which d is 0, in the unit of x.</param>
/// <param name="Mean">The mean of d.</param>
/// <param name="Deviation">The standard deviation of d, the population's (biased); 1 for a constant column.</param>
public readonly record struct YeoJohnsonParameters(double Lambda, double Pivot, double Mean, double Deviation);
