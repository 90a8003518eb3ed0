using Evenkeel.Explanations;

namespace Evenkeel.Lab.Examples;

/// <summary>A method and the numbers to explain it with.</summary>
/// <param name="Name">The name of the explanation.</param>
/// <param name="Shape">The shape of the input; null for the default example.</param>
/// <param name="Values">The elements of the input.</param>
/// <param name="Weight">γ; null for the default.</param>
/// <param name="Bias">β; null for the default.</param>
/// <param name="OutputGradient">dy; null for the default.</param>
/// <param name="Epsilon">ε; null for the default.</param>
/// <param name="Groups">The number of groups; null for the default.</param>
internal sealed record ExampleRequest(
    string Name,
    int[]? Shape = null,
    float[]? Values = null,
    float[]? Weight = null,
    float[]? Bias = null,
    float[]? OutputGradient = null,
    double? Epsilon = null,
    int? Groups = null)
{
    /// <summary>The input of the explanation.</summary>
    /// <param name="start">The default example.</param>
    /// <exception cref="ArgumentException">The numbers do not make an input.</exception>
    public ExplanationInput Input(ExplanationInput start)
    {
        ExplanationInput input = Shape is null || Values is null
            ? start
            : new ExplanationInput(Shape, Values) { Weight = start.Weight, Bias = start.Bias };
        return input with
        {
            Weight = Weight ?? input.Weight,
            Bias = Bias ?? input.Bias,
            OutputGradient = OutputGradient ?? input.OutputGradient,
            Epsilon = Epsilon ?? input.Epsilon,
            Groups = Groups ?? start.Groups,
        };
    }
}
