using System.Numerics.Tensors;
using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Cli.Commands.Samples;

/// <summary>The images of an IDX file.</summary>
internal sealed class IdxSamples : SampleSource
{
    private readonly Tensor<byte> _images;
    private readonly SampleForm _form;
    private int _position;

    /// <summary>Reads a file.</summary>
    /// <exception cref="InvalidDataException">It is not an IDX file of images, or the model does not take them.</exception>
    public IdxSamples(string path, SampleForm form)
    {
        using FileStream file = File.OpenRead(path);
        nint[] shape = IdxFile.ReadShape(file, path);
        if (shape is not [_, var height, var width])
        {
            throw new InvalidDataException($"'{path}' has shape {Shape.Describe(shape)}; expected images [N, height, width].");
        }

        form.Check(path, height, width, ImageLayout.Grey);
        file.Position = 0;
        _images = IdxFile.ReadBytes(file, path);
        _form = form;
    }

    /// <inheritdoc/>
    public override int Read(Span<float> samples, int count)
    {
        count = Math.Min(count, (int)_images.Lengths[0] - _position);
        samples = samples[..(count * _form.Count)];
        ByteScaling.Run(_images.Elements().Slice(_position * _form.Count, samples.Length), samples);
        _form.ToInput(samples);
        _position += count;
        return count;
    }
}
