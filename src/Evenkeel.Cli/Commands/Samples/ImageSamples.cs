using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Cli.Commands.Samples;

/// <summary>Image files, one per sample.</summary>
internal sealed class ImageSamples(IReadOnlyList<string> paths, SampleForm form) : SampleSource
{
    private int _position;

    /// <inheritdoc/>
    public override int Read(Span<float> samples, int count)
    {
        count = Math.Min(count, paths.Count - _position);
        for (int i = 0; i < count; i++)
        {
            ByteScaling.Run(ImageDecoder.Read(paths[_position + i], form), samples.Slice(i * form.Count, form.Count));
        }

        form.ToInput(samples[..(count * form.Count)]);
        _position += count;
        return count;
    }

    /// <inheritdoc/>
    public override string NameOf(long sample) => paths[(int)sample];
}
