namespace Evenkeel.Inference.Steps;

/// <summary>A step of a predictor. It is immutable, so that any number of threads may run it.</summary>
internal abstract class Step
{
    /// <summary>What the step does, for the summary: "linear + relu".</summary>
    public abstract string Kind { get; }

    /// <summary>The activations that the step reads.</summary>
    public abstract IReadOnlyList<ActivationBuffer> Sources { get; }

    /// <summary>The activations that the step writes; null if it writes the caller's output.</summary>
    public abstract ActivationBuffer? Target { get; }

    /// <summary>The size of the step's weights in bytes.</summary>
    public virtual long WeightBytes => 0;

    /// <summary>Runs the step. The border of the target has been cleared.</summary>
    public abstract void Invoke(in SubBatch batch);
}
