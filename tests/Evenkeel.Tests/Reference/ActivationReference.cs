namespace Evenkeel.Tests.Reference;

/// <summary>An activation function and its derivative, both of x, in double precision.</summary>
internal sealed record ActivationReference(Func<double, double> Value, Func<double, double> Derivative)
{
    public static ActivationReference Relu { get; } = new(x => Math.Max(0, x), x => x > 0 ? 1 : 0);

    public static ActivationReference Sigmoid { get; } = new(
        x => 1 / (1 + Math.Exp(-x)),
        x => 1 / ((1 + Math.Exp(-x)) * (1 + Math.Exp(x))));

    public static ActivationReference Tanh { get; } = new(
        Math.Tanh,
        x => 1 / (Math.Cosh(x) * Math.Cosh(x)));
}
