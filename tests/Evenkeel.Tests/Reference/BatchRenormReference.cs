using Evenkeel.Numerics;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Reference;

/// <summary>Batch Renormalization as the paper writes it, in double precision, by loops alone.</summary>
internal sealed class BatchRenormReference(ChannelView view, double[] gamma, double[] beta, double epsilon)
{
    /// <summary>r and d of each channel: constants of the pass.</summary>
    public (double R, double D)[] Corrections { get; private set; } = [];

    /// <summary>Finds r and d of a batch, by the running mean and deviation.</summary>
    public void Correct(double[] x, double[] mean, double[] deviation, double rMax, double dMax)
    {
        (double Mean, double Deviation)[] batch = Statistics(x);
        Corrections = [.. batch.Select((of, c) => (
            Math.Clamp(of.Deviation / deviation[c], 1 / rMax, rMax),
            Math.Clamp((of.Mean - mean[c]) / deviation[c], -dMax, dMax)))];
    }

    /// <summary>μ_B and σ_B = √(ε + σ²) of each channel.</summary>
    public (double Mean, double Deviation)[] Statistics(double[] x)
    {
        (double[] mean, double[] variance) = BatchNormReference.Statistics(x, view);
        return [.. mean.Zip(variance, (m, v) => (m, Math.Sqrt(epsilon + v)))];
    }

    public double[] Forward(double[] x)
    {
        (double Mean, double Deviation)[] batch = Statistics(x);
        return [.. x.Select((value, i) =>
        {
            int c = Channel(i);
            (double r, double d) = Corrections[c];
            return gamma[c] * ((value - batch[c].Mean) / batch[c].Deviation * r + d) + beta[c];
        })];
    }

    /// <summary>The gradients of x, γ and β, by ∂x̃ⱼ/∂xᵢ written out.</summary>
    public (double[] Input, double[] Weight, double[] Bias) Backward(double[] x, double[] dy)
    {
        (double Mean, double Deviation)[] batch = Statistics(x);
        double[] dx = new double[x.Length], weight = new double[gamma.Length], bias = new double[gamma.Length];
        double m = view.PerSet;
        for (int j = 0; j < x.Length; j++)
        {
            int c = Channel(j);
            (double mean, double deviation) = batch[c];
            (double r, double d) = Corrections[c];
            double normalized = (x[j] - mean) / deviation;
            weight[c] += dy[j] * (normalized * r + d);
            bias[c] += dy[j];
            for (int i = 0; i < x.Length; i++)
            {
                if (Channel(i) == c)
                {
                    double jacobian = ((i == j ? 1 : 0) - 1 / m - (x[i] - mean) / deviation * normalized / m) / deviation;
                    dx[i] += gamma[c] * r * dy[j] * jacobian;
                }
            }
        }

        return (dx, weight, bias);
    }

    private int Channel(int element) => Views.SetOf(view, element);
}
