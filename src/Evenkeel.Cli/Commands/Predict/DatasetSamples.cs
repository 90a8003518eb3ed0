using Evenkeel.Data;
using Evenkeel.Numerics;

namespace Evenkeel.Cli.Commands.Predict;

/// <summary>The test images of a folder of IDX or CIFAR files, with their labels.</summary>
internal sealed class DatasetSamples : SampleSource
{
    private readonly Dataset<int> _test;
    private readonly int _size;
    private int _position;

    /// <summary>Reads a folder.</summary>
    /// <exception cref="InvalidDataException">A file is not as it should be, or the model does not take its images.</exception>
    public DatasetSamples(string folder, SampleForm form)
    {
        ImageClassificationData data = ImageFolder.Load(folder);
        form.Check(folder, data.Height, data.Width, data.Channels);
        _test = data.Test;
        _size = form.Count;
        Labels = [.. data.Test.Targets.Elements()];
    }

    /// <inheritdoc/>
    public override IReadOnlyList<int>? Labels { get; }

    /// <inheritdoc/>
    public override int Read(Span<float> samples, int count)
    {
        count = Math.Min(count, _test.Count - _position);
        _test.Inputs.Elements().Slice(_position * _size, count * _size).CopyTo(samples);
        _position += count;
        return count;
    }
}
