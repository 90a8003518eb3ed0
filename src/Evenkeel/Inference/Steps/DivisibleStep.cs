namespace Evenkeel.Inference.Steps;

/// <summary>A step whose work can be divided among threads.</summary>
internal abstract class DivisibleStep : Step
{
    /// <summary>The multiply-adds of a sample.</summary>
    public abstract long MultiplyAdds { get; }

    /// <inheritdoc/>
    public sealed override void Invoke(in SubBatch batch) => Invoke(batch, 0, 1);

    /// <summary>Runs one part of the step; parts write disjoint elements.</summary>
    /// <param name="batch">The memory and the samples.</param>
    /// <param name="part">The part.</param>
    /// <param name="parts">The number of parts.</param>
    public abstract void Invoke(in SubBatch batch, int part, int parts);

    /// <summary>The first of <paramref name="count"/> items that belong to a part; with part = parts, the end of the last part.</summary>
    protected static int Start(int count, int part, int parts) => (int)((long)count * part / parts);
}
