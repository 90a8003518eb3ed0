using Evenkeel.Explanations.Formulas;

namespace Evenkeel.Explanations.Graphs;

/// <summary>A value of a graph: an input, or the result of an operation on other nodes.</summary>
internal sealed class Node
{
    /// <summary>Creates a node.</summary>
    /// <param name="symbol">The symbol, in TeX.</param>
    /// <param name="meaning">The value, in words.</param>
    /// <param name="axis">What each number belongs to.</param>
    /// <param name="values">The numbers.</param>
    /// <param name="operation">What computed them; null for an input.</param>
    public Node(string symbol, string meaning, Axis axis, double[] values, Operation? operation = null)
    {
        Symbol = symbol;
        Meaning = meaning;
        Axis = axis;
        Values = values;
        Operation = operation;
        Gradient = new double[values.Length];
    }

    /// <summary>The symbol.</summary>
    public Formula Symbol { get; }

    /// <summary>The symbol of the gradient ∂L/∂node.</summary>
    public Formula GradientSymbol => $"d{Symbol.Tex}";

    /// <summary>The value, in words.</summary>
    public string Meaning { get; }

    /// <summary>What each number belongs to.</summary>
    public Axis Axis { get; }

    /// <summary>The numbers.</summary>
    public double[] Values { get; }

    /// <summary>What computed the numbers; null for an input.</summary>
    public Operation? Operation { get; }

    /// <summary>True if no gradient flows into the node.</summary>
    public bool IsConstant { get; init; }

    /// <summary>∂L/∂node, complete once all that use the node were differentiated.</summary>
    public double[] Gradient { get; }
}
