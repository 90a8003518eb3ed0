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

    public static ActivationReference Silu { get; } = new(
        x => x / (1 + Math.Exp(-x)),
        x => (1 + x / (1 + Math.Exp(x))) / (1 + Math.Exp(-x)));

    public static ActivationReference Gelu { get; } = new(
        x => x * NormalReference.Distribution(x),
        x => NormalReference.Distribution(x) + x * NormalReference.Density(x));

    public static ActivationReference GeluTanh { get; } = new(
        x => x / (1 + Math.Exp(-GeluArgument(x))),
        x =>
        {
            double slope = 2 * Math.Sqrt(2 / Math.PI) * (1 + 3 * 0.044715 * x * x);
            return (1 + x * slope / (1 + Math.Exp(GeluArgument(x)))) / (1 + Math.Exp(-GeluArgument(x)));
        });

    public static ActivationReference HardSwish { get; } = new(
        x => x * Math.Clamp(x / 6 + 0.5, 0, 1),
        x => x <= -3 ? 0 : x >= 3 ? 1 : x / 3 + 0.5);

    public static ActivationReference LeakyRelu(double slope) => new(x => x > 0 ? x : slope * x, x => x > 0 ? 1 : slope);

    public static ActivationReference HardSigmoid(double slope, double offset) => new(
        x => Math.Clamp(slope * x + offset, 0, 1),
        x => slope * x + offset is > 0 and < 1 ? slope : 0);

    public static ActivationReference Clamp(double minimum, double maximum) => new(
        x => Math.Clamp(x, minimum, maximum),
        x => x > minimum && x < maximum ? 1 : 0);

    private static double GeluArgument(double x) => 2 * Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x);
}
