using Evenkeel.Layers;
using Evenkeel.Models;
using Evenkeel.Networks;
using static System.FormattableString;

namespace Evenkeel.Cli.Commands.Predict;

/// <summary>The shape of the samples that a model takes.</summary>
/// <param name="Lengths">The shape, without the batch.</param>
/// <param name="Count">The number of values.</param>
/// <param name="Image">Height, width and channels; null if the model takes rows of values.</param>
internal sealed record SampleForm(nint[] Lengths, int Count, (int Height, int Width, int Channels)? Image)
{
    private const int MaximumCount = 1 << 28;

    /// <summary>The channels of grey images.</summary>
    public const int Grey = 1;

    /// <summary>The channels of images in colour: red, green and blue.</summary>
    public const int Color = 3;

    /// <summary>Finds the shape of a model's samples, and checks that its network takes them and returns a value per class.</summary>
    /// <exception cref="InvalidDataException">The shape is not known, or does not fit the network.</exception>
    public static SampleForm Of(ModelFile model)
    {
        nint[] lengths = model.SampleShape is { } shape ? [.. shape.Select(length => (nint)length)]
            : FirstLinear(model.Network) is { } linear ? [linear.Inputs]
            : throw new InvalidDataException(
                "The file does not have the shape of a sample, and the first layer is not linear, so that it does not tell it: "
                + "save the model with ModelFile.SampleShape, as 'evenkeel train --save' does.");
        double count = lengths.Aggregate(1.0, static (product, length) => product * length);
        if (count > MaximumCount)
        {
            throw new InvalidDataException(
                Invariant($"The model takes samples of {count:N0} values; at most {MaximumCount:N0} are possible."));
        }

        CheckOutput(model.Network, lengths);
        return new SampleForm(
            lengths,
            (int)count,
            lengths is [var height, var width, var channels] ? ((int)height, (int)width, (int)channels) : null);
    }

    /// <summary>Throws unless the model takes an image.</summary>
    /// <param name="name">The name of the image, for the message.</param>
    /// <param name="height">Its height.</param>
    /// <param name="width">Its width.</param>
    /// <param name="channels">Its number of channels.</param>
    /// <exception cref="InvalidDataException">The model takes others.</exception>
    public void Check(string name, long height, long width, int channels)
    {
        if (Image is not { } image)
        {
            if (height * width * channels != Count)
            {
                throw new InvalidDataException(
                    Invariant($"'{name}' has {height}×{width} pixels {ColorOf(channels)}, {height * width * channels} values; ")
                    + Invariant($"the model takes {Count}."));
            }
        }
        else if (channels != image.Channels)
        {
            throw new InvalidDataException(
                $"'{name}' is {ColorOf(channels)}; the model takes images {ColorOf(image.Channels)}.");
        }
        else if ((height, width) != (image.Height, image.Width))
        {
            throw new InvalidDataException(Invariant(
                $"'{name}' has {height}×{width} pixels (height×width); the model takes {image.Height}×{image.Width}."));
        }
    }

    private static string ColorOf(int channels) => channels switch
    {
        Grey => "in grey",
        2 => "in grey with transparency",
        Color => "in colour",
        4 => "in colour with transparency",
        _ => Invariant($"of {channels} channels"),
    };

    private static void CheckOutput(Layer network, nint[] lengths)
    {
        nint[] output;
        try
        {
            output = network.OutputShape([1, .. lengths]);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException(
                $"The network does not take samples of shape {Shape.Describe(lengths)}: {Shell.OneLine.Of(e)}", e);
        }

        if (output is not [1, >= 2])
        {
            throw new InvalidDataException(
                $"The network returns {Shape.Describe(output)} for a sample; expected [1, classes], with at least 2 classes.");
        }
    }

    private static Linear? FirstLinear(Layer layer) => layer switch
    {
        Linear linear => linear,
        Sequential { Layers: [Flatten, var next, ..] } => FirstLinear(next),
        Sequential { Layers: [var first, ..] } => FirstLinear(first),
        _ => null,
    };
}
