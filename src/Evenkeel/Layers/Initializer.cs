using Evenkeel.Numerics;

namespace Evenkeel.Layers;

/// <summary>The distribution from which a layer's weights are drawn before training.</summary>
/// <remarks>
/// Weights are drawn by position from a random stream of their own, so that a seed gives the same weights on every machine.
/// To define an initializer, override <see cref="Fill"/>.
/// </remarks>
public abstract class Initializer
{
    /// <summary>Glorot's ("Xavier") normal distribution: standard deviation √(2/(fan-in + fan-out)).</summary>
    /// <remarks>Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010.</remarks>
    public static Initializer XavierNormal { get; } = new FanScaled(static (fanIn, fanOut) => Math.Sqrt(2.0 / (fanIn + fanOut)), false);

    /// <summary>Glorot's ("Xavier") uniform distribution: within ±√(6/(fan-in + fan-out)).</summary>
    /// <remarks>Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010.</remarks>
    public static Initializer XavierUniform { get; } = new FanScaled(static (fanIn, fanOut) => Math.Sqrt(2.0 / (fanIn + fanOut)), true);

    /// <summary>He's ("Kaiming") normal distribution, for rectified linear units: standard deviation √(2/fan-in).</summary>
    /// <remarks>Source: He et al., "Delving Deep into Rectifiers", 2015, arXiv 1502.01852.</remarks>
    public static Initializer HeNormal { get; } = new FanScaled(static (fanIn, _) => Math.Sqrt(2.0 / fanIn), false);

    /// <summary>He's ("Kaiming") uniform distribution, for rectified linear units: within ±√(6/fan-in).</summary>
    /// <remarks>Source: He et al., "Delving Deep into Rectifiers", 2015, arXiv 1502.01852.</remarks>
    public static Initializer HeUniform { get; } = new FanScaled(static (fanIn, _) => Math.Sqrt(2.0 / fanIn), true);

    /// <summary>A normal distribution with mean 0 and the given standard deviation, independent of the layer's size.</summary>
    /// <param name="standardDeviation">The standard deviation, finite and not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="standardDeviation"/> is negative or not finite.</exception>
    public static Initializer Normal(double standardDeviation) =>
        standardDeviation >= 0 && float.IsFinite((float)standardDeviation)
            ? new FanScaled((_, _) => standardDeviation, false)
            : throw new ArgumentOutOfRangeException(
                nameof(standardDeviation), standardDeviation, "A standard deviation must be finite in single precision and not negative.");

    /// <summary>Draws the weights of a layer.</summary>
    /// <param name="weights">Receives the weights: rows of <paramref name="fanIn"/> weights, one row per output channel.</param>
    /// <param name="fanIn">The number of inputs of each output, at least 1.</param>
    /// <param name="fanOut">The number of outputs that each input affects, at least 1.</param>
    /// <param name="random">The stream of random numbers for these weights.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="fanIn"/> or <paramref name="fanOut"/> is below 1.</exception>
    public abstract void Fill(Span<float> weights, int fanIn, int fanOut, RandomStream random);

    /// <summary>A normal or uniform distribution whose standard deviation depends on the numbers of inputs and outputs.</summary>
    private sealed class FanScaled(Func<int, int, double> deviation, bool uniform) : Initializer
    {
        public override void Fill(Span<float> weights, int fanIn, int fanOut, RandomStream random)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(fanIn, 1);
            ArgumentOutOfRangeException.ThrowIfLessThan(fanOut, 1);
            double standardDeviation = deviation(fanIn, fanOut);
            if (uniform)
            {
                // A uniform distribution within ±a has standard deviation a/√3.
                float bound = (float)(standardDeviation * Math.Sqrt(3));
                random.FillUniform(weights, -bound, bound);
            }
            else
            {
                random.FillNormal(weights, 0, (float)standardDeviation);
            }
        }
    }
}
