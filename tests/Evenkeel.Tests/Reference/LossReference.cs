namespace Evenkeel.Tests.Reference;

/// <summary>The losses and their gradients in double precision, by loops alone.</summary>
internal static class LossReference
{
    public static (double Loss, double[] Gradient) SoftmaxCrossEntropy(double[] logits, int[] labels)
    {
        int rows = labels.Length;
        int classes = logits.Length / rows;
        var gradient = new double[logits.Length];
        double loss = 0;
        for (int row = 0; row < rows; row++)
        {
            double[] z = logits[(row * classes)..((row + 1) * classes)];
            double max = z.Max();
            double sum = z.Sum(value => Math.Exp(value - max));
            loss += (Math.Log(sum) - (z[labels[row]] - max)) / rows;
            for (int c = 0; c < classes; c++)
            {
                gradient[row * classes + c] = (Math.Exp(z[c] - max) / sum - (c == labels[row] ? 1 : 0)) / rows;
            }
        }

        return (loss, gradient);
    }

    public static (double Loss, double[] Gradient) MeanSquaredError(double[] output, double[] target)
    {
        double[] difference = [.. output.Zip(target, (y, t) => y - t)];
        return (difference.Sum(d => d * d) / output.Length, [.. difference.Select(d => 2 * d / output.Length)]);
    }
}
