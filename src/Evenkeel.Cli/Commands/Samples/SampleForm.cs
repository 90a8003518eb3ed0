using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Models;
using Evenkeel.Networks;
using Evenkeel.Numerics;
using static System.FormattableString;

namespace Evenkeel.Cli.Commands.Samples;

/// <summary>The shape of the samples that a model takes.</summary>
/// <param name="Lengths">The shape, without the batch.</param>
/// <param name="Count">The number of values.</param>
/// <param name="Image">The images that the model takes; null if it takes rows of values.</param>
internal sealed record SampleForm(nint[] Lengths, int Count, ImageLayout? Image)
{
    private const int MaximumCount = 1 << 28;

    /// <summary>The scale of pixels that the network was trained with; null if it is that of <c>evenkeel train</c>, [0, 1].</summary>
    public PixelScaling? Scaling { get; init; }

    /// <summary>Finds the shape of a model's samples, and checks that its network takes them.</summary>
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

        var form = new SampleForm(lengths, (int)count, ImageLayout.Of(lengths));
        form.OutputOf(model.Network);
        return form;
    }

    /// <summary>Throws unless a network returns a value per class, and otherwise returns this.</summary>
    /// <exception cref="InvalidDataException">It returns others.</exception>
    public SampleForm CheckClasses(Layer network) => OutputOf(network) is not [1, >= 2] and var output
        ? throw new InvalidDataException(
            $"The network returns {Shape.Describe(output)} for a sample; expected [1, classes], with at least 2 classes.")
        : this;

    /// <summary>The layers that make a network's input of images [N, height, width, channels] with pixels in [0, 1].</summary>
    public IReadOnlyList<Layer> InputLayers()
    {
        List<Layer> layers = Scaling is null ? [] : [Scaling.ToLayer(Image!.Channels)];
        if (Image is { ChannelsFirst: true })
        {
            layers.Add(new Permute(0, 3, 1, 2));
        }

        return layers;
    }

    /// <summary>Makes a network's input of images [N, height, width, channels] with pixels in [0, 1].</summary>
    public Tensor<float> ToInput(Tensor<float> images)
    {
        IReadOnlyList<Layer> layers = InputLayers();
        Tensor<float> input = layers.Count == 0 ? images : new Sequential(layers).Forward(images, Pass.Inference);
        return input.Reshape([images.Lengths[0], .. Lengths]);
    }

    /// <summary>Turns pixels in [0, 1], those of an image after those of the one before, into a network's inputs.</summary>
    public void ToInput(Span<float> pixels)
    {
        if (Image is { } image && (Scaling is not null || image.ChannelsFirst))
        {
            nint[] shape = [pixels.Length / Count, image.Height, image.Width, image.Channels];
            ToInput(Tensor.Create(pixels.ToArray(), shape)).Elements().CopyTo(pixels);
        }
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
        ImageLayout.Grey => "in grey",
        2 => "in grey with transparency",
        ImageLayout.Color => "in colour",
        4 => "in colour with transparency",
        _ => Invariant($"of {channels} channels"),
    };

    /// <summary>The shape of a network's output for one sample.</summary>
    private nint[] OutputOf(Layer network)
    {
        try
        {
            return network.OutputShape([1, .. Lengths]);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException(
                $"The network does not take samples of shape {Shape.Describe(Lengths)}: {Shell.OneLine.Of(e)}", e);
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
