using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Pointwise;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Losses;

/// <summary>Computes the softmax cross-entropy with class weights, smoothed labels and ignored samples.</summary>
/// <remarks>
/// ℓ = (1 − ε)·w[t]·nll[t] + ε/K·Σⱼ w[j]·nll[j] with nll = −log softmax(z), so that
/// ∂ℓ/∂z = ((1 − ε)·w[t] + ε/K·Σⱼ w[j])·softmax(z) − (1 − ε)·w[t]·onehot(t) − ε/K·w.
/// </remarks>
/// <param name="weights">The weight w of each class; empty for 1.</param>
/// <param name="smoothing">ε.</param>
/// <param name="ignored">The label of samples to leave out; null for none.</param>
internal readonly unsafe ref struct WeightedCrossEntropy(ReadOnlySpan<float> weights, double smoothing, int? ignored)
{
    private readonly ReadOnlySpan<float> _weights = weights;

    /// <summary>Returns Σℓ/Σw[t] over the rows that are not ignored, or 0 if all are, and writes its gradient.</summary>
    public double Mean(ReadOnlySpan<float> logits, ReadOnlySpan<int> labels, Span<float> gradient)
    {
        SpanChecks.Length<float>(gradient, logits.Length);
        int classes = logits.Length / labels.Length;
        double divisor = TotalWeight(labels), loss = 0;
        for (int row = 0; row < labels.Length; row++)
        {
            loss += Row(
                logits.Slice(row * classes, classes), labels[row], divisor > 0 ? 1 / divisor : 0, gradient.Slice(row * classes, classes));
        }

        return divisor > 0 ? loss / divisor : 0;
    }

    /// <summary>Writes ℓ of each row, and 0 for those that are ignored.</summary>
    public void Each(ReadOnlySpan<float> logits, ReadOnlySpan<int> labels, Span<double> losses)
    {
        SpanChecks.Length<double>(losses, labels.Length);
        int classes = logits.Length / labels.Length;
        var gradient = new float[classes];
        for (int row = 0; row < labels.Length; row++)
        {
            losses[row] = Row(logits.Slice(row * classes, classes), labels[row], 0, gradient);
        }
    }

    /// <summary>Σw[t] over the labels that are not ignored.</summary>
    public double TotalWeight(ReadOnlySpan<int> labels)
    {
        double sum = 0;
        foreach (int label in labels)
        {
            sum += label == ignored ? 0 : Weight(label);
        }

        return sum;
    }

    /// <summary>Returns ℓ of a row, and writes its gradient times a factor.</summary>
    private double Row(ReadOnlySpan<float> logits, int label, double factor, Span<float> gradient)
    {
        if (label == ignored)
        {
            gradient.Clear();
            return 0;
        }

        double max, sum;
        fixed (float* z = logits, dz = gradient)
        {
            max = SoftmaxRows.Maximum(z, logits.Length);
            sum = SoftmaxRows.Exponentials(z, dz, logits.Length, (float)max);
        }

        double logSum = ElementaryFunctions.Log(sum), own = (1 - smoothing) * Weight(label), other = smoothing / logits.Length;
        double loss = own * (logSum - (logits[label] - max)), total = 0;
        for (int j = 0; j < logits.Length; j++)
        {
            total += other == 0 ? 0 : other * Weight(j);
            loss += other == 0 ? 0 : other * Weight(j) * (logSum - (logits[j] - max));
        }

        double scale = (own + total) * factor / sum;
        for (int j = 0; j < logits.Length; j++)
        {
            gradient[j] = (float)(gradient[j] * scale - (other * Weight(j) + (j == label ? own : 0)) * factor);
        }

        return loss;
    }

    private double Weight(int label) => _weights.IsEmpty ? 1 : _weights[label];
}
