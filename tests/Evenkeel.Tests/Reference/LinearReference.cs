namespace Evenkeel.Tests.Reference;

/// <summary>The fully connected layer in double precision, by loops alone: x [batch, inputs], W [outputs, inputs].</summary>
internal sealed record LinearReference(double[] Weight, double[]? Bias, int Inputs, int Outputs)
{
    public double[] Forward(double[] x)
    {
        var y = new double[x.Length / Inputs * Outputs];
        ForEach(x.Length / Inputs, (n, o) =>
        {
            double sum = Bias?[o] ?? 0;
            for (int i = 0; i < Inputs; i++)
            {
                sum += x[n * Inputs + i] * Weight[o * Inputs + i];
            }

            y[n * Outputs + o] = sum;
        });
        return y;
    }

    public (double[] Input, double[] Weight, double[] Bias) Backward(double[] x, double[] dy)
    {
        var dx = new double[x.Length];
        var weightGradient = new double[Weight.Length];
        var biasGradient = new double[Outputs];
        ForEach(x.Length / Inputs, (n, o) =>
        {
            double gradient = dy[n * Outputs + o];
            biasGradient[o] += gradient;
            for (int i = 0; i < Inputs; i++)
            {
                dx[n * Inputs + i] += gradient * Weight[o * Inputs + i];
                weightGradient[o * Inputs + i] += gradient * x[n * Inputs + i];
            }
        });
        return (dx, weightGradient, biasGradient);
    }

    private void ForEach(int batch, Action<int, int> action)
    {
        for (int n = 0; n < batch; n++)
        {
            for (int o = 0; o < Outputs; o++)
            {
                action(n, o);
            }
        }
    }
}
