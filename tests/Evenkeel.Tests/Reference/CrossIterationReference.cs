using Evenkeel.Normalization;
using Evenkeel.Numerics;

namespace Evenkeel.Tests.Reference;

/// <summary>Cross-Iteration batch normalization of [N, C] as the paper writes it, by (μ, ν), in double precision, by loops alone.</summary>
internal sealed class CrossIterationReference(
    double[] gamma, double[] beta, double epsilon, CrossIterationRule rule = CrossIterationRule.Raise, bool epsilonOutside = false)
{
    /// <summary>Carried mean and mean square of each channel, for each past iteration: constants of the pass.</summary>
    public (double Mean, double Square)[][] Past { get; set; } = [];

    /// <summary>The mean and mean square of x = θ·p + b, carried to other weights by ∂μ/∂θ = mean p and ∂ν/∂θ = 2·mean(x·p).</summary>
    public static (double Mean, double Square)[] Carry(double[] x, double[] p, double[] weightChange, double[] biasChange)
    {
        int channels = biasChange.Length, inputs = weightChange.Length / channels;
        double m = x.Length / channels;
        var carried = new (double Mean, double Square)[channels];
        for (int i = 0; i < x.Length; i++)
        {
            int sample = i / channels, c = i % channels;
            double change = biasChange[c];
            for (int k = 0; k < inputs; k++)
            {
                change += p[sample * inputs + k] * weightChange[c * inputs + k];
            }

            carried[c].Mean += (x[i] + change) / m;
            carried[c].Square += (x[i] * x[i] + 2 * x[i] * change) / m;
        }

        return carried;
    }

    /// <summary>For how many channels and iterations the carried mean square is below the mean squared.</summary>
    public int Below => Past.Sum(iteration => iteration.Count(of => of.Square < of.Mean * of.Mean));

    public double[] Forward(double[] x)
    {
        Window[] windows = Windows(x);
        return [.. x.Select((value, i) =>
        {
            int c = i % gamma.Length;
            return gamma[c] * (value - windows[c].Mean) / windows[c].Divisor + beta[c];
        })];
    }

    /// <summary>The gradients of x, γ and β, by the chain rule through μ̄ and σ̄².</summary>
    public (double[] Input, double[] Weight, double[] Bias) Backward(double[] x, double[] dy)
    {
        int channels = gamma.Length;
        Window[] windows = Windows(x);
        double[] dx = new double[x.Length], weight = new double[channels], bias = new double[channels];
        double m = x.Length / channels;
        for (int j = 0; j < x.Length; j++)
        {
            int c = j % channels;
            (double mean, double variance, double divisor, double terms) = windows[c];
            weight[c] += dy[j] * (x[j] - mean) / divisor;
            bias[c] += dy[j];
            dx[j] += gamma[c] * dy[j] / divisor;
            double byMean = -gamma[c] * dy[j] / divisor;
            double byDivisor = -gamma[c] * dy[j] * (x[j] - mean) / (divisor * divisor);
            double byVariance = byDivisor == 0 ? 0 : byDivisor / (2 * (epsilonOutside ? Math.Sqrt(variance) : divisor));
            for (int i = c; i < x.Length; i += channels)
            {
                dx[i] += byMean / (terms * m) + byVariance * 2 * (x[i] - mean) / (terms * m);
            }
        }

        return (dx, weight, bias);
    }

    private Window[] Windows(double[] x)
    {
        (double[] means, double[] variances) = BatchNormReference.Statistics(x, new ChannelView(x.Length / gamma.Length, gamma.Length, 1));
        return [.. means.Select((today, c) =>
        {
            (double Mean, double Square)[] terms = [(today, variances[c] + today * today), .. Past.Select(iteration => iteration[c])];
            if (rule == CrossIterationRule.Drop)
            {
                terms = [terms[0], .. terms.Skip(1).Where(of => of.Square >= of.Mean * of.Mean)];
            }

            double mean = terms.Average(of => of.Mean);
            double variance = Math.Max(0, terms.Average(of => Math.Max(of.Square, of.Mean * of.Mean)) - mean * mean);
            return new Window(
                mean, variance, epsilonOutside ? Math.Sqrt(variance) + epsilon : Math.Sqrt(variance + epsilon), terms.Length);
        })];
    }

    private readonly record struct Window(double Mean, double Variance, double Divisor, double Terms);
}
