namespace Evenkeel.Inference.Steps;

/// <summary>A step of a predictor. It is immutable, so that any number of threads may run it.</summary>
internal abstract class Step
{
    /// <summary>What the step does, for the summary: "linear + relu".</summary>
    public abstract string Kind { get; }

    /// <summary>The activations that the step reads.</summary>
    public abstract IReadOnlyList<Activations> Sources { get; }

    /// <summary>The activations that the step writes; null if it writes the caller's output.</summary>
    public abstract Activations? Target { get; }

    /// <summary>The size of the step's weights in bytes.</summary>
    public virtual long WeightBytes => 0;

    /// <summary>The multiply-adds of a sample.</summary>
    public virtual long MultiplyAdds => 0;

    /// <summary>Runs one part of the step; parts write disjoint elements.</summary>
    /// <param name="run">The memory and the samples.</param>
    /// <param name="part">The part.</param>
    /// <param name="parts">The number of parts.</param>
    public abstract void Invoke(in Run run, int part, int parts);

    /// <summary>The first of a number of things that belongs to a part; for <paramref name="part"/> = parts, their number.</summary>
    protected static int Start(int count, int part, int parts) => (int)((long)count * part / parts);
}
