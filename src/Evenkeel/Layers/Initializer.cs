using Evenkeel.Numerics;

namespace Evenkeel.Layers;

/// <summary>How a layer's weights are drawn before training.</summary>
/// <remarks>Weights are drawn by position from a stream of their own, so that a seed gives the same ones on any machine.</remarks>
public sealed class Initializer
{
    private readonly Func<int, int, double> _deviation;
    private readonly bool _uniform;

    private Initializer(Func<int, int, double> deviation, bool uniform) => (_deviation, _uniform) = (deviation, uniform);

    /// <summary>Glorot's ("Xavier") normal: deviation √(2/(fan-in + fan-out)).</summary>
    /// <remarks>Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010.</remarks>
    public static Initializer XavierNormal { get; } = new(static (fanIn, fanOut) => Math.Sqrt(2.0 / (fanIn + fanOut)), false);

    /// <summary>Glorot's ("Xavier") uniform: within ±√(6/(fan-in + fan-out)).</summary>
    /// <remarks>Source: Glorot and Bengio, "Understanding the difficulty of training deep feedforward neural networks", 2010.</remarks>
    public static Initializer XavierUniform { get; } = new(static (fanIn, fanOut) => Math.Sqrt(2.0 / (fanIn + fanOut)), true);

    /// <summary>He's normal, for rectified linear units: deviation √(2/fan-in).</summary>
    /// <remarks>Source: He et al., "Delving Deep into Rectifiers", 2015, arXiv 1502.01852.</remarks>
    public static Initializer HeNormal { get; } = new(static (fanIn, _) => Math.Sqrt(2.0 / fanIn), false);

    /// <summary>He's uniform, for rectified linear units: within ±√(6/fan-in).</summary>
    /// <remarks>Source: He et al., "Delving Deep into Rectifiers", 2015, arXiv 1502.01852.</remarks>
    public static Initializer HeUniform { get; } = new(static (fanIn, _) => Math.Sqrt(2.0 / fanIn), true);

    /// <summary>Normal with the given standard deviation, whatever the layer's size.</summary>
    /// <param name="standardDeviation">The standard deviation, finite and not negative.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="standardDeviation"/> is negative or not finite.</exception>
    public static Initializer Normal(double standardDeviation) =>
        standardDeviation >= 0 && float.IsFinite((float)standardDeviation)
            ? new Initializer((_, _) => standardDeviation, false)
            : throw new ArgumentOutOfRangeException(
                nameof(standardDeviation), standardDeviation, "A standard deviation is finite, in single precision, and not negative.");

    /// <summary>Draws the weights of a layer.</summary>
    internal void Fill(Span<float> weights, int fanIn, int fanOut, RandomStream random)
    {
        double deviation = _deviation(fanIn, fanOut);
        if (_uniform)
        {
            // A uniform distribution within ±a has deviation a/√3.
            float bound = (float)(deviation * Math.Sqrt(3));
            random.FillUniform(weights, -bound, bound);
        }
        else
        {
            random.FillNormal(weights, 0, (float)deviation);
        }
    }
}
