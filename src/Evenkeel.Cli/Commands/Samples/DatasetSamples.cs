using Evenkeel.Data;
using Evenkeel.Numerics;

namespace Evenkeel.Cli.Commands.Samples;

/// <summary>The training or test images of a folder of IDX or CIFAR files, with their labels.</summary>
internal sealed class DatasetSamples : SampleSource
{
    private readonly Dataset<int> _images;
    private readonly SampleForm _form;
    private int _position;

    /// <summary>Reads a folder.</summary>
    /// <exception cref="InvalidDataException">A file is not as it should be, or the model does not take its images.</exception>
    public DatasetSamples(string folder, SampleForm form, bool training)
    {
        ImageClassificationData data = ImageFolder.Load(folder);
        form.Check(folder, data.Height, data.Width, data.Channels);
        _images = training ? data.Train : data.Test;
        _form = form;
        Labels = [.. _images.Targets.Elements()];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<int>? Labels { get; }

    /// <inheritdoc/>
    public override int Read(Span<float> samples, int count)
    {
        count = Math.Min(count, _images.Count - _position);
        samples = samples[..(count * _form.Count)];
        _images.Inputs.Elements().Slice(_position * _form.Count, samples.Length).CopyTo(samples);
        _form.ToInput(samples);
        _position += count;
        return count;
    }
}
