namespace Evenkeel.Cli.Commands.Samples;

/// <summary>Samples for a network, read from first to last.</summary>
internal abstract class SampleSource : IDisposable
{
    /// <summary>The labels of the samples; null if they are not known.</summary>
    public virtual IReadOnlyList<int>? Labels => null;

    /// <summary>Reads the next samples.</summary>
    /// <param name="samples">Receives their values, one sample after the other.</param>
    /// <param name="count">The number of samples at most.</param>
    /// <returns>The number of samples, 0 at the end.</returns>
    /// <exception cref="InvalidDataException">A sample cannot be read, or is not one that the model takes.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public abstract int Read(Span<float> samples, int count);

    /// <summary>The name of a sample; null if it is its number.</summary>
    /// <param name="sample">The number of the sample, from 0.</param>
    public virtual string? NameOf(long sample) => null;

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Closes the files.</summary>
    protected virtual void Dispose(bool disposing)
    {
    }
}
