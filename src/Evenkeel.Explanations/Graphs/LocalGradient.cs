using Evenkeel.Explanations.Formulas;

namespace Evenkeel.Explanations.Graphs;

/// <summary>The derivative of an operation's result by one of its operands.</summary>
/// <param name="Formula">The derivative, in TeX.</param>
/// <param name="Axis">What each number belongs to.</param>
/// <param name="Values">The numbers.</param>
internal sealed record LocalGradient(Formula Formula, Axis Axis, double[] Values);
