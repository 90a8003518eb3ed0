namespace Evenkeel.Explanations.Graphs;

/// <summary>What an operand's gradient receives from one operation.</summary>
/// <param name="Operand">The operand.</param>
/// <param name="Local">The derivative of the operation's result by the operand.</param>
/// <param name="Values">∂L/∂result · derivative, summed over what has the operand in common.</param>
/// <param name="Part">The number of the contribution among those to the operand; 0 if it is the only one.</param>
internal sealed record Contribution(Node Operand, LocalGradient Local, double[] Values, int Part);
