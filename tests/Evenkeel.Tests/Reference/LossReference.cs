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

    public static (double Loss, double[] Gradient) Mean(
        Func<double, double, (double Loss, double Gradient)> loss, double[] output, double[] target)
    {
        (double Loss, double Gradient)[] each = [.. output.Zip(target, loss)];
        return (each.Average(one => one.Loss), [.. each.Select(one => one.Gradient / output.Length)]);
    }

    public static (double Loss, double Gradient) SquaredError(double y, double t) => ((y - t) * (y - t), 2 * (y - t));

    public static (double Loss, double Gradient) AbsoluteError(double y, double t) => (Math.Abs(y - t), Math.Sign(y - t));

    public static Func<double, double, (double Loss, double Gradient)> Huber(double delta) => (y, t) => Math.Abs(y - t) <= delta
        ? ((y - t) * (y - t) / 2, y - t)
        : (delta * (Math.Abs(y - t) - delta / 2), delta * Math.Sign(y - t));

    public static Func<double, double, (double Loss, double Gradient)> Logistic(double positiveWeight) => (y, t) =>
    {
        double sigmoid = 1 / (1 + Math.Exp(-y));
        return (
            -positiveWeight * t * Math.Log(sigmoid) - (1 - t) * Math.Log(1 - sigmoid),
            (1 - t) * sigmoid - positiveWeight * t * (1 - sigmoid));
    };
}
