namespace Evenkeel.Tests.Reference;

/// <summary>The optimizers in double precision, by loops alone.</summary>
internal static class OptimizerReference
{
    /// <summary>The weights after stochastic gradient descent along the gradients, one after the other.</summary>
    public static double[] Sgd(
        double[] weights, IEnumerable<double[]> gradients, double rate, double momentum = 0, double decay = 0, bool nesterov = false)
    {
        double[] w = [.. weights];
        var v = new double[w.Length];
        foreach (double[] gradient in gradients)
        {
            for (int i = 0; i < w.Length; i++)
            {
                double g = gradient[i] + decay * w[i];
                v[i] = momentum * v[i] + g;
                w[i] -= rate * (nesterov ? g + momentum * v[i] : v[i]);
            }
        }

        return w;
    }

    /// <summary>The weights after Adam, or AdamW, along the gradients, one after the other.</summary>
    public static double[] Adam(
        double[] weights,
        IEnumerable<double[]> gradients,
        double rate,
        double beta1,
        double beta2,
        double epsilon,
        double decay = 0,
        bool decouples = false)
    {
        double[] w = [.. weights];
        var m = new double[w.Length];
        var v = new double[w.Length];
        int t = 0;
        foreach (double[] gradient in gradients)
        {
            t++;
            for (int i = 0; i < w.Length; i++)
            {
                double g = gradient[i] + (decouples ? 0 : decay * w[i]);
                w[i] *= decouples ? 1 - rate * decay : 1;
                m[i] = beta1 * m[i] + (1 - beta1) * g;
                v[i] = beta2 * v[i] + (1 - beta2) * g * g;
                double mHat = m[i] / (1 - Math.Pow(beta1, t));
                double vHat = v[i] / (1 - Math.Pow(beta2, t));
                w[i] -= rate * mHat / (Math.Sqrt(vHat) + epsilon);
            }
        }

        return w;
    }

    /// <summary>The weights after RMSProp along the gradients, one after the other.</summary>
    public static double[] RmsProp(
        double[] weights,
        IEnumerable<double[]> gradients,
        double rate,
        double alpha,
        double epsilon,
        double momentum,
        double decay,
        bool centered)
    {
        double[] w = [.. weights];
        double[] v = new double[w.Length], m = new double[w.Length], b = new double[w.Length];
        foreach (double[] gradient in gradients)
        {
            for (int i = 0; i < w.Length; i++)
            {
                double g = gradient[i] + decay * w[i];
                v[i] = alpha * v[i] + (1 - alpha) * g * g;
                m[i] = alpha * m[i] + (1 - alpha) * g;
                double square = centered ? v[i] - m[i] * m[i] : v[i];
                b[i] = momentum * b[i] + g / (Math.Sqrt(square) + epsilon);
                w[i] -= rate * b[i];
            }
        }

        return w;
    }
}
