using Evenkeel.Layers;
using Evenkeel.Models;
using Evenkeel.Scaling;

namespace Evenkeel.Inference;

/// <summary>Compiles networks for inference.</summary>
public static class PredictorCompilation
{
    /// <summary>Compiles a network, or a layer, for inference.</summary>
    /// <param name="network">The network, which is not changed and no longer needed.</param>
    /// <param name="sampleShape">The shape of a sample, without the batch: [784], [28, 28, 1].</param>
    /// <param name="options">The settings; the defaults if null.</param>
    /// <returns>A predictor, which any number of threads may use.</returns>
    /// <exception cref="ArgumentException">The shape has a length below 1, does not fit a layer, or is too large.</exception>
    /// <exception cref="ArgumentException">
    /// <see cref="PredictorOptions.Probabilities"/> are asked of a network that gives one number per sample.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// The scaler is not fitted or not affine, or has not a column per feature or channel; see <see cref="ScalerFolding"/>.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of threads is below 1.</exception>
    /// <exception cref="InvalidOperationException">A running mean or variance is not finite, or a running variance is negative.</exception>
    /// <exception cref="NotSupportedException">A normalization uses the statistics of the batch in inference.</exception>
    /// <exception cref="NotSupportedException">The network mixes the orders of images' axes.</exception>
    /// <exception cref="NotSupportedException">A layer of the user's own is not among <see cref="PredictorOptions.Types"/>.</exception>
    /// <exception cref="InvalidDataException">
    /// A layer cannot be created from what <see cref="PredictorOptions.Types"/> describe, or has other tensors then.
    /// </exception>
    /// <exception cref="InvalidOperationException">Another thread used the network meanwhile.</exception>
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
        if (options.Threads < 1)
        {
            throw new ArgumentOutOfRangeException(
                nameof(options),
                options.Threads,
                $"{nameof(PredictorOptions)}.{nameof(PredictorOptions.Threads)} must be at least 1, or null for the library's threads.");
        }

        nint[] shape = sampleShape.ToArray();
        try
        {
            return network.ReadBetweenCalls(() => new Predictor(network, shape, options));
        }
        catch (OverflowException e)
        {
            throw new ArgumentException(
                $"A sample {Shape.Describe(shape)} is too large: its activations take more than {int.MaxValue} floats.",
                nameof(sampleShape),
                e);
        }
    }

    /// <summary>Compiles the network of a model file for inputs of its sample shape, with its scaler.</summary>
    /// <param name="model">The file, with a sample shape.</param>
    /// <param name="options">The settings; the defaults if null. A scaler in them replaces the file's.</param>
    /// <returns>A predictor, which any number of threads may use.</returns>
    /// <exception cref="ArgumentException">The file has no sample shape, or it does not fit a layer.</exception>
    /// <exception cref="ArgumentException">
    /// <see cref="PredictorOptions.Probabilities"/> are asked of a network that gives one number per sample.
    /// </exception>
    /// <exception cref="ArgumentException">
    /// The scaler is not fitted or not affine, or has not a column per feature or channel; see <see cref="ScalerFolding"/>.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The number of threads is below 1.</exception>
    /// <exception cref="InvalidOperationException">A running mean or variance is not finite, or a running variance is negative.</exception>
    /// <exception cref="NotSupportedException">A normalization uses the statistics of the batch in inference.</exception>
    /// <exception cref="NotSupportedException">The network mixes the orders of images' axes.</exception>
    /// <exception cref="NotSupportedException">A layer of the user's own is not among <see cref="PredictorOptions.Types"/>.</exception>
    /// <exception cref="InvalidDataException">
    /// A layer cannot be created from what <see cref="PredictorOptions.Types"/> describe, or has other tensors then.
    /// </exception>
    /// <exception cref="InvalidOperationException">Another thread used the network meanwhile.</exception>
    public static Predictor Compile(this ModelFile model, PredictorOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (model.SampleShape is null)
        {
            throw new ArgumentException(
                $"The model file has no {nameof(ModelFile.SampleShape)}; compile its network with a shape instead.", nameof(model));
        }

        options ??= new PredictorOptions();
        return model.Network.Compile(
            [.. model.SampleShape.Select(length => (nint)length)], options with { Scaler = options.Scaler ?? model.Scaler?.Scaler });
    }
}
