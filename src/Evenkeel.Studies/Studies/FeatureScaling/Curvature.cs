namespace Evenkeel.Studies.Studies.FeatureScaling;

/// <summary>A direction in which a quadratic loss curves, and which gradient descent follows on its own.</summary>
/// <param name="Value">How much it curves: the eigenvalue of the loss's matrix of second derivatives.</param>
/// <param name="Excess">How much of the loss at the start lies in this direction, above the least loss.</param>
internal readonly record struct Curvature(double Value, double Excess)
{
    /// <summary>How many steps gradient descent takes until no more than <paramref name="goal"/> is left above the least loss.</summary>
    /// <remarks>
    /// A step takes the excess in each direction times (1 − learning rate · curvature)². The number is found bit by bit from
    /// repeated squares, which are the same on every machine, where powers are not.
    /// </remarks>
    /// <param name="curvatures">The loss's directions.</param>
    /// <param name="learningRate">The learning rate.</param>
    /// <param name="goal">The excess that may be left.</param>
    /// <returns>The number; null where the descent diverges, or takes more than about 10¹⁸ steps.</returns>
    public static long? Steps(IReadOnlyList<Curvature> curvatures, double learningRate, double goal)
    {
        ArgumentNullException.ThrowIfNull(curvatures);
        const int Bits = 60;
        double[] excess = [.. curvatures.Select(c => c.Excess)];
        if (excess.Sum() <= goal)
        {
            return 0;
        }

        // What 1, 2, 4, 8, … steps take the excess times.
        var factors = new double[Bits][];
        factors[0] = [.. curvatures.Select(c => (1 - learningRate * c.Value) * (1 - learningRate * c.Value))];
        for (int bit = 1; bit < Bits; bit++)
        {
            factors[bit] = [.. factors[bit - 1].Select(f => f * f)];
        }

        if (factors[0].Any(f => f >= 1) || Left(excess, factors[^1]).Sum() > goal)
        {
            return null;
        }

        long tooFew = 0;
        for (int bit = Bits - 1; bit >= 0; bit--)
        {
            double[] left = Left(excess, factors[bit]);
            if (left.Sum() > goal)
            {
                excess = left;
                tooFew += 1L << bit;
            }
        }

        return tooFew + 1;
    }

    /// <summary>
    /// The learning rate that takes the fewest steps until no more than <paramref name="goal"/> is left above the least loss.
    /// </summary>
    /// <remarks>
    /// A descent converges below 2/λ, where λ is the largest curvature, and its best rate may be close to that: tried are
    /// (1 − 0.9ⁱ)·2/λ. For a fixed number of steps the excess is convex in the rate, so that there is one valley to find.
    /// </remarks>
    /// <param name="curvatures">The loss's directions.</param>
    /// <param name="goal">The excess that may be left.</param>
    public static double BestLearningRate(IReadOnlyList<Curvature> curvatures, double goal)
    {
        ArgumentNullException.ThrowIfNull(curvatures);
        double limit = 2 / curvatures.Max(c => c.Value);
        double best = limit / 2;
        long fewest = Steps(curvatures, best, goal) ?? long.MaxValue;
        for (double below = 0.9; below > 1e-13; below *= 0.9)
        {
            double rate = (1 - below) * limit;
            long steps = Steps(curvatures, rate, goal) ?? long.MaxValue;
            if (steps < fewest)
            {
                (best, fewest) = (rate, steps);
            }
        }

        return best;
    }

    private static double[] Left(double[] excess, double[] factors) => [.. excess.Zip(factors, (e, f) => e * f)];
}
