using Evenkeel.Explanations;
using Evenkeel.Explanations.Methods;

namespace Evenkeel.Lab.Examples;

/// <summary>An element of the input moved by ±h, and what the loss does.</summary>
/// <param name="Above">L(x + h).</param>
/// <param name="Below">L(x − h).</param>
/// <param name="Slope">(L(x + h) − L(x − h))/(2h).</param>
/// <param name="Gradient">dx of the element, by the graph.</param>
internal sealed record Nudge(double Above, double Below, double Slope, double Gradient)
{
    private const string CrossIteration = "cross-iteration";

    /// <summary>Moves an element of an example.</summary>
    /// <param name="entry">The method.</param>
    /// <param name="input">The example.</param>
    /// <param name="element">The index of the element.</param>
    /// <param name="step">h, above 0.</param>
    /// <exception cref="ArgumentException">There is no such element, h is not above 0, or the method has no gradient.</exception>
    public static Nudge Of(ExplanationEntry entry, ExplanationInput input, int element, double step)
    {
        if (element < 0 || element >= input.Values.Length || !(step > 0))
        {
            throw new ArgumentException(Invariant($"There is no element {element}, or the step {step} is not above 0."));
        }

        if (entry.Name == CrossIteration)
        {
            throw new ArgumentException("The input of cross-iteration is that of the layer before it, whose gradient is not shown.");
        }

        // Rounded to single precision as the element itself is, and divided by the distance that remains.
        float up = (float)(input.Values[element] + step), down = (float)(input.Values[element] - step);
        if (up == down)
        {
            throw new ArgumentException(Invariant($"A step of {step} does not move {input.Values[element]} in single precision."));
        }

        double above = Loss(up), below = Loss(down);
        return new Nudge(above, below, (above - below) / ((double)up - down), ValuesOf(entry.Explain(input), "dx")[element]);

        double Loss(float value)
        {
            float[] moved = [.. input.Values];
            moved[element] = value;
            double[] y = ValuesOf(entry.Explain(input with { Values = moved }), "y");
            return y.Zip(input.OutputGradient, (output, gradient) => output * gradient).Sum();
        }
    }

    private static double[] ValuesOf(Explanation explanation, string symbol) => explanation.Sections
        .Where(section => section.Kind is SectionKind.Forward or SectionKind.Backward)
        .SelectMany(section => section.Steps).SelectMany(step => step.Quantities)
        .LastOrDefault(quantity => quantity.Symbol.Tex == symbol)?.Values
        ?? throw new ArgumentException($"'{explanation.Name}' has no gradient to compare with.");
}
