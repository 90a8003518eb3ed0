using System.Numerics.Tensors;
using Evenkeel.Inference.Steps;
using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Threading;
using static System.FormattableString;

namespace Evenkeel.Inference;

/// <summary>A network compiled for inference: immutable, fast, and safe for any number of threads at once.</summary>
/// <remarks>
/// <para>
/// Compilation copies what it needs, so that the network may be trained on or discarded. It folds normalizations by running statistics
/// into the weights before them, fuses bias, residual sums and ReLUs into linear layers and convolutions, packs the weights in the order in
/// which the kernels read them, and plans the memory. Weights are stored once, whatever the number of threads, but for layers that run as
/// they are. A call rents a workspace for its activations. It allocates only if more calls run at the same time than ever before.
/// </para>
/// <para>
/// The output for a sample has the same bits in any batch, on any number of threads and with any instruction set. It differs from that of
/// <see cref="Layer.Predict(Tensor{float})"/> by rounding, since folding rounds weights anew.
/// </para>
/// </remarks>
public sealed unsafe class Predictor
{
    /// <summary>The fewest multiply-adds for which a second thread pays, if it is awake.</summary>
    private const long MinMultiplyAddsToSplit = 800_000;

    /// <summary>The multiply-adds, and the bytes of weights, that take one thread a microsecond.</summary>
    private const double WorkPerMicrosecond = 50_000;

    /// <summary>The largest weights, in bytes, that every thread can keep in its second-level cache.</summary>
    private const long MaxCachedWeightBytes = 1024 * 1024;

    /// <summary>Multiply-adds per byte of larger weights from which on it costs little that every thread reads all of them.</summary>
    private const long MinMultiplyAddsPerWeightByte = 4;

    private readonly Plan _plan;
    private readonly ObjectPool<Workspace> _workspaces;
    private readonly nint[] _inputShape;
    private readonly int? _threads;
    private readonly long _multiplyAdds;

    internal Predictor(Layer network, ReadOnlySpan<nint> sampleShape, PredictorOptions options)
    {
        _inputShape = sampleShape.ToArray();
        _plan = Plan.Of(network, sampleShape, options);
        InputLength = Length(_inputShape);
        _threads = options.Threads;
        _workspaces = new ObjectPool<Workspace>(() => new Workspace(_plan.WorkspaceFloats));
        _multiplyAdds = _plan.Steps.OfType<DivisibleStep>().Sum(step => step.MultiplyAdds);
        OutputLength = Length(_plan.OutputShape);
        WeightBytes = _plan.Steps.Sum(step => step.WeightBytes);
    }

    /// <summary>The shape of a sample of the input.</summary>
    public ReadOnlySpan<nint> InputShape => _inputShape;

    /// <summary>The shape of a sample of the output.</summary>
    public ReadOnlySpan<nint> OutputShape => _plan.OutputShape;

    /// <summary>The number of elements of a sample of the input.</summary>
    public int InputLength { get; }

    /// <summary>The number of elements of a sample of the output.</summary>
    public int OutputLength { get; }

    /// <summary>The size of the packed weights in bytes. They are stored once for all threads.</summary>
    /// <remarks>
    /// Layers that run as they are, those whose <see cref="PredictorStep.Kind"/> is their type, have their weights and results once per
    /// concurrent call, which is not counted.
    /// </remarks>
    public long WeightBytes { get; }

    /// <summary>The size of the workspaces in bytes: as many as calls have run at the same time.</summary>
    public long WorkspaceBytes => _workspaces.Count * _plan.WorkspaceBytes;

    /// <summary>The threads that a call may use at most.</summary>
    public int Threads => Math.Min(_threads ?? int.MaxValue, Parallelism.Threads);

    /// <summary>Lists the steps, what was folded and fused into each, and the memory.</summary>
    /// <returns>The summary, which prints as a table.</returns>
    public PredictorSummary Summary() => new(_plan, WeightBytes, Threads);

    /// <summary>Computes the outputs for a batch of samples. Any number of threads may call it at once.</summary>
    /// <param name="input">The samples, one after the other, each of <see cref="InputLength"/> elements.</param>
    /// <param name="output">Receives the outputs, each of <see cref="OutputLength"/> elements. It must not overlap the input.</param>
    /// <param name="batch">The number of samples; 0 does nothing.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number of samples is negative.</exception>
    /// <exception cref="ArgumentException">The input or the output does not have the length of the batch.</exception>
    /// <exception cref="ArgumentException">The input and the output overlap.</exception>
    /// <exception cref="ArgumentException">A value that an embedding reads is not the code of a category.</exception>
    /// <exception cref="InvalidOperationException">A layer of the user's own gave another shape than its <c>OutputShape</c>.</exception>
    public void Predict(ReadOnlySpan<float> input, Span<float> output, int batch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(batch);
        CheckLength(input.Length, InputLength, batch, nameof(input));
        CheckLength(output.Length, OutputLength, batch, nameof(output));
        if (input.Overlaps(output))
        {
            throw new ArgumentException("The output must not overlap the input.", nameof(output));
        }

        fixed (float* source = input, target = output)
        {
            Predict(source, target, batch);
        }
    }

    /// <summary>Computes the outputs for a batch of samples. Any number of threads may call it at once.</summary>
    /// <param name="input">The input, dense, batch first.</param>
    /// <param name="output">Receives the output: dense, batch first. It must not overlap the input.</param>
    /// <exception cref="ArgumentException">A shape does not fit.</exception>
    /// <exception cref="ArgumentException">A tensor is not dense.</exception>
    /// <exception cref="ArgumentException">The tensors overlap.</exception>
    /// <exception cref="ArgumentException">A value that an embedding reads is not the code of a category.</exception>
    /// <exception cref="InvalidOperationException">A layer of the user's own gave another shape than its <c>OutputShape</c>.</exception>
    public void Predict(Tensor<float> input, Tensor<float> output)
    {
        int batch = CheckShape(input, _inputShape, nameof(input));
        if (CheckShape(output, _plan.OutputShape, nameof(output)) != batch)
        {
            throw new ArgumentException(
                Invariant($"The output has {output.Lengths[0]} samples; the input has {batch}."), nameof(output));
        }

        Predict(input.Elements(), output.Elements(), batch);
    }

    /// <summary>Computes the outputs for a batch of samples. Any number of threads may call it at once.</summary>
    /// <param name="input">The input, dense, batch first.</param>
    /// <returns>A new tensor with the output.</returns>
    /// <exception cref="ArgumentException">The shape does not fit.</exception>
    /// <exception cref="ArgumentException">The tensor is not dense.</exception>
    /// <exception cref="ArgumentException">A value that an embedding reads is not the code of a category.</exception>
    /// <exception cref="InvalidOperationException">A layer of the user's own gave another shape than its <c>OutputShape</c>.</exception>
    public Tensor<float> Predict(Tensor<float> input)
    {
        int batch = CheckShape(input, _inputShape, nameof(input));
        Tensor<float> output = Tensor.CreateFromShapeUninitialized<float>([batch, .. _plan.OutputShape]);
        Predict(input.Elements(), output.Elements(), batch);
        return output;
    }

    private void Predict(float* input, float* output, int batch)
    {
        int threads = IsWorthSplitting(batch) ? Threads : 1;
        bool hasSamplesForAll = batch >= threads
            && (WeightBytes <= MaxCachedWeightBytes
                || _multiplyAdds * batch / threads >= MinMultiplyAddsPerWeightByte * WeightBytes);
        if (threads > 1 && hasSamplesForAll)
        {
            WorkerPool.Run(new SampleParts(this, input, output, batch, threads), threads);
        }
        else
        {
            Run(input, output, 0, batch, threads);
        }
    }

    private bool IsWorthSplitting(int batch)
    {
        long multiplyAdds = _multiplyAdds * batch;
        return multiplyAdds >= MinMultiplyAddsToSplit
            && Threads > 1
            && WorkerPool.IsWorthSplitting((multiplyAdds + WeightBytes) / WorkPerMicrosecond);
    }

    /// <summary>Runs all steps on one sub-batch after the other, large steps on several threads.</summary>
    /// <param name="input">The input of the whole batch.</param>
    /// <param name="output">Receives the output of the whole batch.</param>
    /// <param name="start">The first sample.</param>
    /// <param name="end">The sample behind the last.</param>
    /// <param name="threads">The number of threads.</param>
    private void Run(float* input, float* output, int start, int end, int threads)
    {
        Workspace workspace = _workspaces.Rent();
        try
        {
            for (int first = start, samples; first < end; first += samples)
            {
                samples = Math.Min(_plan.SubBatchSize, end - first);
                Run(
                    new SubBatch(workspace.Start, input + (nint)first * InputLength, output + (nint)first * OutputLength, first, samples),
                    threads);
            }
        }
        finally
        {
            _workspaces.Return(workspace);
        }
    }

    private void Run(in SubBatch batch, int threads)
    {
        foreach (Step step in _plan.Steps)
        {
            if (step.Target is { } target)
            {
                batch.ClearBorder(target);
            }

            if (threads > 1 && step is DivisibleStep divisible && divisible.MultiplyAdds * batch.Samples >= MinMultiplyAddsToSplit)
            {
                WorkerPool.Run(new StepParts(divisible, batch, threads), threads);
            }
            else
            {
                step.Invoke(batch);
            }
        }
    }

    private static int Length(ReadOnlySpan<nint> shape)
    {
        nint length = 1;
        foreach (nint axis in shape)
        {
            length = checked(length * axis);
        }

        return checked((int)length);
    }

    private static void CheckLength(int length, int sampleLength, int batch, string name)
    {
        if (length != (long)sampleLength * batch)
        {
            throw new ArgumentException(
                Invariant($"The {name} has {length} elements; it must have {batch}·{sampleLength} = {(long)sampleLength * batch}."), name);
        }
    }

    private static int CheckShape(Tensor<float> tensor, nint[] sampleShape, string name)
    {
        Shape.CheckDense(tensor, name);
        return tensor.Rank == sampleShape.Length + 1 && tensor.Lengths[1..].SequenceEqual(sampleShape)
            ? (int)tensor.Lengths[0]
            : throw new ArgumentException(
                $"The {name} is {Shape.Describe(tensor)}; it must be [N{Shape.Describe(sampleShape).Replace("[", ", ")}.", name);
    }

    private readonly struct SampleParts(Predictor predictor, float* input, float* output, int batch, int parts) : IWork
    {
        public void Invoke(int index)
        {
            int first = (int)((long)batch * index / parts), end = (int)((long)batch * (index + 1) / parts);
            predictor.Run(input, output, first, end, threads: 1);
        }
    }

    private readonly struct StepParts(DivisibleStep step, SubBatch batch, int parts) : IWork
    {
        public void Invoke(int index) => step.Invoke(batch, index, parts);
    }
}
