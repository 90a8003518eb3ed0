namespace Evenkeel.Explanations.Methods;

/// <summary>Which numbers of an input a method takes, beside x.</summary>
[Flags]
internal enum ExplanationSettings
{
    /// <summary>None.</summary>
    None = 0,

    /// <summary>γ.</summary>
    Weight = 1,

    /// <summary>β.</summary>
    Bias = 2,

    /// <summary>ε.</summary>
    Epsilon = 4,

    /// <summary>dy.</summary>
    OutputGradient = 8,

    /// <summary>The number of groups.</summary>
    Groups = 16,

    /// <summary>The probability and the seed of dropout.</summary>
    Dropout = 32,

    /// <summary>γ, β, ε and dy.</summary>
    Normalization = Weight | Bias | Epsilon | OutputGradient,
}
