using Evenkeel.Layers;

namespace Evenkeel.Inference;

/// <summary>Compiles networks for inference.</summary>
public static class PredictorCompilation
{
    /// <summary>Compiles a network, or a layer, for inference.</summary>
    /// <param name="network">The network, which is not changed and not needed any more.</param>
    /// <param name="sampleShape">The shape of a sample, without the batch: [784], [28, 28, 1].</param>
    /// <param name="options">The settings; the defaults if null.</param>
    /// <returns>A predictor, which any number of threads may use.</returns>
    /// <exception cref="ArgumentException">The shape has a length below 1, or does not fit a layer.</exception>
    /// <exception cref="ArgumentException">The scaler does not fold into the first layer.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of threads is below 1.</exception>
    /// <exception cref="InvalidOperationException">A running mean or variance is not finite, or a running variance is negative.</exception>
    /// <exception cref="NotSupportedException">A normalization uses the statistics of the batch in inference.</exception>
    /// <exception cref="NotSupportedException">The scaler folds into no layer, or the network mixes the orders of images' axes.</exception>
    public static Predictor Compile(this Layer network, ReadOnlySpan<nint> sampleShape, PredictorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (sampleShape.IsEmpty || sampleShape.ContainsAnyInRange(nint.MinValue, 0))
        {
            throw new ArgumentException(
                $"{Shape.Describe(sampleShape)} is no shape of a sample: lengths must be at least 1, and the batch is left out.",
                nameof(sampleShape));
        }

        options ??= new PredictorOptions();
        if (options.Threads is { } threads)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1, nameof(options));
        }

        return new Predictor(network, sampleShape, options);
    }
}
