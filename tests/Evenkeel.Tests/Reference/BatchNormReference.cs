using Evenkeel.Numerics;

namespace Evenkeel.Tests.Reference;

/// <summary>Batch normalization as the paper writes it, in double precision, by loops alone.</summary>
internal sealed class BatchNormReference(
    int channels, double epsilon, double[]? gamma, double[]? beta, double? newWeight, bool sampleVariance)
{
    private double[] _x = [];
    private double[] _mean = [];
    private double[] _variance = [];
    private ChannelView _view;
    private bool _usedBatch;

    public double[] RunningMean { get; } = new double[channels];

    public double[] RunningVariance { get; } = [.. Enumerable.Repeat(1.0, channels)];

    public int Batches { get; private set; }

    public double[] WeightGradient { get; } = new double[channels];

    public double[] BiasGradient { get; } = new double[channels];

    public void ZeroGradients()
    {
        Array.Clear(WeightGradient);
        Array.Clear(BiasGradient);
    }

    /// <summary>μ and the population's σ² of each set, in two sweeps.</summary>
    public static (double[] Mean, double[] Variance) Statistics(double[] x, ChannelView view)
    {
        var mean = new double[view.Sets];
        var variance = new double[view.Sets];
        for (int c = 0; c < view.Sets; c++)
        {
            // The shift loses nothing in double precision, and lets 1e4 ± 0.01 keep all its digits.
            double first = x[Index(view, 0, c, 0)];
            double sum = 0;
            ForEach(view, c, i => sum += x[i] - first);
            double m = first + sum / view.PerSet;
            double squares = 0;
            ForEach(view, c, i => squares += (x[i] - m) * (x[i] - m));
            mean[c] = m;
            variance[c] = squares / view.PerSet;
        }

        return (mean, variance);
    }

    public double[] Forward(double[] x, ChannelView view, bool useBatch, bool update)
    {
        (double[] batchMean, double[] batchVariance) = Statistics(x, view);
        (_x, _view, _usedBatch) = (x, view, useBatch);
        _mean = useBatch ? batchMean : [.. RunningMean];
        _variance = useBatch ? batchVariance : [.. RunningVariance];
        if (update)
        {
            double weight = newWeight ?? 1.0 / (Batches + 1);
            double m = view.PerSet;
            for (int c = 0; c < view.Channels; c++)
            {
                double variance = batchVariance[c] * (sampleVariance ? m / (m - 1) : 1);
                RunningMean[c] = (1 - weight) * RunningMean[c] + weight * batchMean[c];
                RunningVariance[c] = (1 - weight) * RunningVariance[c] + weight * variance;
            }

            Batches++;
        }

        var y = new double[x.Length];
        for (int c = 0; c < view.Channels; c++)
        {
            ForEach(view, c, i => y[i] = Gamma(c) * Normalized(c, i) + (beta?[c] ?? 0));
        }

        return y;
    }

    /// <summary>∂loss/∂x; adds to the gradients of γ and β.</summary>
    public double[] Backward(double[] dy)
    {
        var dx = new double[dy.Length];
        for (int c = 0; c < _view.Channels; c++)
        {
            double sum = 0, sumNormalized = 0;
            ForEach(_view, c, i =>
            {
                sum += dy[i];
                sumNormalized += dy[i] * Normalized(c, i);
            });
            WeightGradient[c] += sumNormalized;
            BiasGradient[c] += sum;
            double m = _view.PerSet;
            double scale = Gamma(c) / Math.Sqrt(_variance[c] + epsilon);
            ForEach(_view, c, i => dx[i] = _usedBatch
                ? scale * (dy[i] - sum / m - Normalized(c, i) * sumNormalized / m)
                : scale * dy[i]);
        }

        return dx;
    }

    /// <summary>The largest of the terms whose difference <see cref="Backward"/> is: what its rounding is relative to.</summary>
    public double LargestGradientTerm(double[] dy)
    {
        double largest = 0;
        for (int c = 0; c < _view.Channels; c++)
        {
            double scale = Math.Abs(Gamma(c)) / Math.Sqrt(_variance[c] + epsilon);
            ForEach(_view, c, i => largest = Math.Max(largest, scale * Math.Abs(dy[i])));
        }

        return largest;
    }

    private static int Index(ChannelView view, int outer, int set, int inner) =>
        ((set / view.Channels * view.Outer + outer) * view.Channels + set % view.Channels) * view.Inner + inner;

    private static void ForEach(ChannelView view, int set, Action<int> action)
    {
        for (int outer = 0; outer < view.Outer; outer++)
        {
            for (int inner = 0; inner < view.Inner; inner++)
            {
                action(Index(view, outer, set, inner));
            }
        }
    }

    private double Gamma(int channel) => gamma?[channel] ?? 1;

    private double Normalized(int channel, int i) => (_x[i] - _mean[channel]) / Math.Sqrt(_variance[channel] + epsilon);
}
