using Evenkeel.Layers;

namespace Evenkeel.Training;

/// <summary>The settings of <see cref="GradientCheck"/>.</summary>
public sealed record GradientCheckOptions
{
    /// <summary>h, the step of the differences, positive and finite: an element is moved by up to 2h in either direction.</summary>
    /// <remarks>
    /// Default 0.01. The rounding of single precision, divided by h, adds to the error of a difference. A function with a kink, such as a
    /// ReLU, gives wrong differences within 2h of it: choose inputs that are further away, or a smaller step.
    /// </remarks>
    public double Step { get; init; } = 0.01;

    /// <summary>The number of elements that are checked of each tensor, chosen at random if it has more; at least 1. Default 100.</summary>
    public int Samples { get; init; } = 100;

    /// <summary>
    /// Whether the gradient of a layer's input is checked. Default true; false for input that must not be moved, such as the codes that an
    /// <see cref="Embedding"/> reads.
    /// </summary>
    public bool CheckInput { get; init; } = true;

    /// <summary>The seed of the chosen elements and of the output's gradient. Default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>The pass in which a layer is checked. Default <see cref="Pass.Training"/>.</summary>
    public Pass Pass { get; init; } = Pass.Training;

    /// <summary>
    /// Called before each forward pass; null, the default, for nothing. It can reset a layer whose output depends on earlier passes, such
    /// as <see cref="Dropout.TrainingPasses"/>.
    /// </summary>
    public Action? BeforeForward { get; init; }
}
