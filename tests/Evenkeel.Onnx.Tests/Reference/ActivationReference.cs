namespace Evenkeel.Onnx.Tests.Reference;

/// <summary>Activation functions, by their formulas.</summary>
internal static class ActivationReference
{
    public static double Sigmoid(double x) => 1 / (1 + Math.Exp(-x));

    public static double HardSigmoid(double x, double alpha, double beta) => Math.Max(0, Math.Min(1, alpha * x + beta));

    public static double HardSwish(double x) => x * HardSigmoid(x, 1.0 / 6, 0.5);

    public static double Gelu(double x) => 0.5 * x * (1 + Erf(x / Math.Sqrt(2)));

    public static double GeluTanh(double x) => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x * x * x)));

    /// <summary>The error function by its Taylor series, which has 12 digits for |x| &lt; 3.</summary>
    public static double Erf(double x)
    {
        double sum = 0, power = x;
        for (int n = 0; n < 100; n++)
        {
            sum += power / (2 * n + 1);
            power *= -x * x / (n + 1);
        }

        return 2 / Math.Sqrt(Math.PI) * sum;
    }

    /// <summary>Softmax over the axes from the first to the last together.</summary>
    public static NdArray Softmax(NdArray x, int first, int last)
    {
        return NdArray.Of(x.Lengths, index =>
        {
            double sum = 0;
            foreach (int[] other in NdArray.Indices(x.Lengths[first..(last + 1)]))
            {
                // Relative to the element itself: no exponential of a large number in the denominator alone.
                sum += Math.Exp(x[[.. index[..first], .. other, .. index[(last + 1)..]]] - x[index]);
            }

            return 1 / sum;
        });
    }
}
