using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics.Tensors;
using Evenkeel.Numerics;
using Evenkeel.Tensors;

namespace Evenkeel.Layers;

/// <summary>A differentiable step of a network.</summary>
/// <remarks>
/// <para>
/// A layer owns its results and reuses their memory: the tensor that <see cref="Forward"/> or <see cref="Backward"/>
/// returns is valid until the layer's next call of the same method. After the first steps, a training step allocates nothing.
/// </para>
/// <para>
/// Layers inside a network share memory for their gradients: what the backward pass of such a layer returns is valid until the next
/// backward pass of the layer or of the network. Layers share memory for the outputs of a prediction in the same way.
/// </para>
/// <para>
/// A layer does not copy its input: leave it unchanged until <see cref="Backward"/> has been called.
/// </para>
/// <para>
/// A layer, and a network with all layers inside it, is for one thread at a time: calls that overlap throw. Reading a result while another
/// thread calls is not noticed; <see cref="Predict(Tensor{float}, Tensor{float})"/> returns one that stays valid.
/// </para>
/// <para>
/// A layer overrides <see cref="ForwardCore"/> and <see cref="BackwardCore"/>. One that contains others overrides <see cref="Children"/>,
/// <see cref="Parameters"/> and, to name them, <see cref="ChildName"/>, and runs them by <see cref="ForwardChild"/>,
/// <see cref="BackwardChild"/> and <see cref="BackwardChildToParameters"/>, which call observers.
/// </para>
/// </remarks>
public abstract class Layer
{
    private Observation[]? _observations;
    private ThreadGuard _guard = new();
    private int _forwardPasses;
    private int _forwardPassesOfChildren;

    /// <summary>The layer's own parameters and those of the layers inside it, in order.</summary>
    public virtual IReadOnlyList<Parameter> Parameters => [];

    /// <summary>
    /// The layer's own state besides its parameters, as PyTorch's buffers: running statistics, counters. Files save and load it.
    /// </summary>
    /// <remarks>
    /// A layer with state of its own overrides it; state that is not listed is lost when training resumes.
    /// </remarks>
    public virtual IReadOnlyList<StateTensor> State => [];

    /// <summary>The layers inside this one, in the order in which data passes them.</summary>
    public virtual IReadOnlyList<Layer> Children => [];

    /// <summary>The memory for the result of <see cref="Forward"/>: the layer's own, or the network's in a prediction.</summary>
    protected ReusableTensor OutputMemory { get; } = new();

    /// <summary>The memory for the result of <see cref="Backward"/>: the layer's own, or the network's inside one.</summary>
    protected ReusableTensor InputGradients { get; } = new();

    /// <summary>
    /// What the last <see cref="Forward"/> returned; null during a forward pass, and if there was none, or it failed.
    /// </summary>
    protected Tensor<float>? LastOutput
    {
        get;
        private protected set
        {
            field = value;
            _forwardPassesOfChildren = value is null ? 0 : CountForwardPassesOfChildren();
        }
    }

    /// <summary>True if an observer must see what the layer's <see cref="Forward"/> and <see cref="Backward"/> return.</summary>
    internal bool IsObserved => _observations is not null;

    /// <summary>True if the layer, or the last one inside it, is observed, so that no epilogue may change its output.</summary>
    internal virtual bool IsEndObserved => IsObserved;

    /// <summary>True if the layer calls its own observers, also when nothing contains it; otherwise its container calls them.</summary>
    private protected virtual bool NotifiesObservers => false;

    /// <summary>The memory shared by the layers of the network that contains this one; null outside of a network.</summary>
    internal NetworkMemory? Memory { get; private set; }

    /// <summary>Computes the layer's output.</summary>
    /// <param name="input">The input, dense, batch first; in inference, the batch may have no samples.</param>
    /// <param name="pass">Whether this is training or inference.</param>
    /// <returns>The output, valid until the next call.</returns>
    /// <exception cref="ArgumentException">
    /// The input's shape does not fit the layer, or it is not dense, or samples are empty, or there are none in training.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such pass.</exception>
    /// <exception cref="InvalidOperationException">Another thread uses the layer or the network that it is in.</exception>
    public Tensor<float> Forward(Tensor<float> input, Pass pass)
    {
        using ThreadGuard.Scope call = Enter();
        if (pass == Pass.Inference && Shape.IsEmptyBatch(input))
        {
            return ForwardEmpty(input);
        }

        BeginForward(input, pass);
        Tensor<float> output = ForwardCore(input, pass);
        LastOutput = output;
        if (NotifiesObservers)
        {
            NotifyForward(input, output);
        }

        return output;
    }

    /// <summary>
    /// Computes the output in inference, without keeping what <see cref="Backward"/> needs: the layers of a network reuse a few blocks of
    /// memory in turn, instead of one block each.
    /// </summary>
    /// <param name="input">The input, dense, batch first; the batch may have no samples.</param>
    /// <returns>
    /// The result of <see cref="Forward"/> in <see cref="Pass.Inference"/>, bit for bit, valid until the next call of either.
    /// </returns>
    /// <exception cref="ArgumentException">The input's shape does not fit the layer, or it is not dense, or samples are empty.</exception>
    /// <exception cref="InvalidOperationException">Another thread uses the layer or the network that it is in.</exception>
    public Tensor<float> Predict(Tensor<float> input)
    {
        using ThreadGuard.Scope call = Enter();
        return Shape.IsEmptyBatch(input) ? ForwardEmpty(input) : PredictCore(input);
    }

    /// <summary>Predicts as <see cref="Predict(Tensor{float})"/>, into a tensor that later calls leave unchanged.</summary>
    /// <param name="input">The input, dense, batch first; the batch may have no samples.</param>
    /// <param name="destination">Receives the output, whose shape it has; dense.</param>
    /// <exception cref="ArgumentException">The input's shape does not fit the layer, or it is not dense, or samples are empty.</exception>
    /// <exception cref="ArgumentException">
    /// The destination does not have the output's shape, is not dense, or overlaps the input or the layer's own output.
    /// </exception>
    /// <exception cref="InvalidOperationException">Another thread uses the layer or the network that it is in.</exception>
    public void Predict(Tensor<float> input, Tensor<float> destination)
    {
        ArgumentNullException.ThrowIfNull(input);
        Shape.CheckDense(destination, nameof(destination));
        using ThreadGuard.Scope call = Enter();
        bool isEmpty = Shape.IsEmptyBatch(input);
        if (!isEmpty)
        {
            Shape.CheckInput(input);
            Shape.CheckApart(input, destination, "input");
        }

        Tensor<float> output = isEmpty ? ForwardEmpty(input) : PredictCore(input);
        if (!output.Lengths.SequenceEqual(destination.Lengths))
        {
            throw new ArgumentException(
                $"The destination is {Shape.Describe(destination)}; the output is {Shape.Describe(output)}.", nameof(destination));
        }

        if (!isEmpty)
        {
            Shape.CheckApart(output, destination, "layer's own output, which the next call overwrites");
            output.Elements().CopyTo(destination.Elements());
        }
    }

    /// <summary>
    /// Differentiates the last <see cref="Forward"/>, whichever pass it was: adds to the gradients of the parameters and
    /// computes the gradient with respect to the input.
    /// </summary>
    /// <param name="outputGradient">∂loss/∂output, of the output's shape.</param>
    /// <returns>∂loss/∂input, valid until the next call.</returns>
    /// <exception cref="ArgumentException">The gradient does not have the output's shape, or is not dense.</exception>
    /// <exception cref="InvalidOperationException">
    /// There was no forward pass, it failed, or a prediction by the network or a pass of a layer inside this one came after it.
    /// </exception>
    /// <exception cref="InvalidOperationException">Another thread uses the layer or the network that it is in.</exception>
    public Tensor<float> Backward(Tensor<float> outputGradient)
    {
        using ThreadGuard.Scope call = Enter();
        CheckGradient(outputGradient);
        Tensor<float> inputGradient = BackwardCore(outputGradient);
        if (NotifiesObservers)
        {
            NotifyBackward(outputGradient, inputGradient);
        }

        return inputGradient;
    }

    /// <summary>
    /// Differentiates like <see cref="Backward"/>, but without the gradient with respect to the input, which a network's first layer need
    /// not compute.
    /// </summary>
    /// <param name="outputGradient">∂loss/∂output, of the output's shape.</param>
    /// <exception cref="ArgumentException">The gradient does not have the output's shape, or is not dense.</exception>
    /// <exception cref="InvalidOperationException">
    /// There was no forward pass, it failed, or a prediction by the network or a pass of a layer inside this one came after it.
    /// </exception>
    /// <exception cref="InvalidOperationException">Another thread uses the layer or the network that it is in.</exception>
    public void BackwardToParameters(Tensor<float> outputGradient)
    {
        using ThreadGuard.Scope call = Enter();
        CheckGradient(outputGradient);
        BackwardToParametersCore(outputGradient);
        if (NotifiesObservers)
        {
            NotifyBackward(outputGradient, inputGradient: null);
        }
    }

    /// <summary>The shape of the output for an input of the given shape; nothing is computed or changed.</summary>
    /// <param name="input">The input's shape, batch first.</param>
    /// <returns>The output's shape: that of the input, unless the layer overrides this, as one that changes shapes must.</returns>
    /// <exception cref="ArgumentException">The shape does not fit the layer.</exception>
    public virtual nint[] OutputShape(ReadOnlySpan<nint> input) => input.ToArray();

    /// <summary>Lists this layer, with an empty path, and all layers inside it, each before those inside it.</summary>
    /// <returns>The layers, with paths as PyTorch's <c>named_modules</c> has them: <c>block2.body.0</c>.</returns>
    public IEnumerable<(string Path, Layer Layer)> NamedLayers() => NamedLayers("");

    /// <summary>Lists <see cref="Parameters"/> with their paths.</summary>
    /// <returns>The parameters, with paths as the keys of PyTorch's <c>state_dict</c>: <c>block2.body.0.weight</c>.</returns>
    public IEnumerable<(string Path, Parameter Parameter)> NamedParameters()
    {
        // A container lists the parameters of the layers inside it too; those layers come later and have the last word.
        var paths = new Dictionary<Parameter, string>();
        foreach ((string path, Layer layer) in NamedLayers())
        {
            foreach (Parameter parameter in layer.Parameters)
            {
                paths[parameter] = Join(path, parameter.Name);
            }
        }

        return Parameters.Select(parameter => (paths[parameter], parameter));
    }

    /// <summary>Finds the layer at a path.</summary>
    /// <param name="path">The path, as <see cref="NamedLayers()"/> lists it; empty for this layer.</param>
    /// <returns>The layer.</returns>
    /// <exception cref="ArgumentException">There is no layer at the path.</exception>
    public Layer LayerAt(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return NamedLayers().FirstOrDefault(named => named.Path == path).Layer
            ?? throw new ArgumentException($"There is no layer at '{path}'; {nameof(NamedLayers)} lists the paths.", nameof(path));
    }

    /// <summary>Sets <see cref="Parameter.IsTrainable"/> of the layer's parameters and of those of the layers inside it.</summary>
    /// <param name="isTrainable">Whether optimizers move them.</param>
    public void SetTrainable(bool isTrainable)
    {
        foreach (Parameter parameter in Parameters)
        {
            parameter.IsTrainable = isTrainable;
        }
    }

    /// <summary>Observes what a network passes through the layer.</summary>
    /// <remarks>
    /// <para>
    /// Observers are called when a network runs the layer, in every kind of pass, in the order in which they were added.
    /// <c>Sequential</c>, <c>Residual</c> and <c>Graph</c> also call their own when they are called directly. The observers of any other
    /// layer are not called then: the caller has its input and output at hand.
    /// </para>
    /// <para>
    /// The tensors are valid during the call: copy what is to be kept, and change nothing. Layers that a network would fuse run one by one
    /// while any of them is observed, with the same bits.
    /// </para>
    /// </remarks>
    /// <param name="forward">Is called after each forward pass with the layer, its input and its output.</param>
    /// <param name="backward">
    /// Is called after each backward pass with the layer, the gradient of its output and that of its input, which is null where the pass
    /// ends at the layer's parameters (<see cref="BackwardToParameters"/>).
    /// </param>
    /// <returns>What ends the observation when disposed.</returns>
    /// <exception cref="ArgumentException">Both observers are null.</exception>
    public IDisposable Observe(
        Action<Layer, Tensor<float>, Tensor<float>>? forward = null, Action<Layer, Tensor<float>, Tensor<float>?>? backward = null)
    {
        if (forward is null && backward is null)
        {
            throw new ArgumentException("There is nothing to call: pass a forward or a backward observer.", nameof(forward));
        }

        var observation = new Observation(this, forward, backward);
        _observations = [.. _observations ?? [], observation];
        return observation;
    }

    /// <summary>Computes the layer's output; the input is known to be dense and not empty.</summary>
    /// <param name="input">The input, batch first.</param>
    /// <param name="pass">Whether this is training or inference.</param>
    /// <returns>The output, in <see cref="OutputMemory"/>.</returns>
    /// <exception cref="ArgumentException">The input's shape does not fit the layer.</exception>
    protected abstract Tensor<float> ForwardCore(Tensor<float> input, Pass pass);

    /// <summary>Computes the output in inference; by default as <see cref="Forward"/>.</summary>
    /// <param name="input">The input, batch first; not checked yet.</param>
    /// <returns>The output.</returns>
    protected virtual Tensor<float> PredictCore(Tensor<float> input) => Forward(input, Pass.Inference);

    /// <summary>
    /// Differentiates the last forward pass: adds to the gradients of the parameters and computes the gradient with respect to the input.
    /// There was a forward pass, and the gradient is known to be dense and to have the shape of <see cref="LastOutput"/>.
    /// </summary>
    /// <param name="outputGradient">∂loss/∂output.</param>
    /// <returns>∂loss/∂input, in <see cref="InputGradients"/>.</returns>
    protected abstract Tensor<float> BackwardCore(Tensor<float> outputGradient);

    /// <summary>Differentiates like <see cref="BackwardCore"/>, by which it runs by default, but without the input's gradient.</summary>
    /// <param name="outputGradient">∂loss/∂output.</param>
    protected virtual void BackwardToParametersCore(Tensor<float> outputGradient) => BackwardCore(outputGradient);

    /// <summary>Names a layer inside this one; by default its index in <see cref="Children"/>.</summary>
    /// <param name="index">The layer's index in <see cref="Children"/>.</param>
    /// <returns>A name without '.', different from those of the other children.</returns>
    protected virtual string ChildName(int index) => index.ToString(CultureInfo.InvariantCulture);

    /// <summary>Runs a layer inside this one forward and calls its observers.</summary>
    /// <param name="child">The layer.</param>
    /// <param name="input">Its input, as for <see cref="Forward"/>.</param>
    /// <param name="pass">Whether this is training or inference.</param>
    /// <returns>Its output.</returns>
    protected static Tensor<float> ForwardChild(Layer child, Tensor<float> input, Pass pass)
    {
        ArgumentNullException.ThrowIfNull(child);
        Tensor<float> output = child.Forward(input, pass);
        if (child is { IsObserved: true, NotifiesObservers: false })
        {
            child.NotifyForward(input, output);
        }

        return output;
    }

    /// <summary>Runs a layer inside this one backward and calls its observers.</summary>
    /// <param name="child">The layer.</param>
    /// <param name="outputGradient">The gradient of its output, as for <see cref="Backward"/>.</param>
    /// <returns>The gradient of its input.</returns>
    protected static Tensor<float> BackwardChild(Layer child, Tensor<float> outputGradient)
    {
        ArgumentNullException.ThrowIfNull(child);
        Tensor<float> inputGradient = child.Backward(outputGradient);
        if (child is { IsObserved: true, NotifiesObservers: false })
        {
            child.NotifyBackward(outputGradient, inputGradient);
        }

        return inputGradient;
    }

    /// <summary>Runs <see cref="BackwardToParameters"/> of a layer inside this one and calls its observers.</summary>
    /// <param name="child">The layer.</param>
    /// <param name="outputGradient">The gradient of its output.</param>
    protected static void BackwardChildToParameters(Layer child, Tensor<float> outputGradient)
    {
        ArgumentNullException.ThrowIfNull(child);
        child.BackwardToParameters(outputGradient);
        if (child is { IsObserved: true, NotifiesObservers: false })
        {
            child.NotifyBackward(outputGradient, inputGradient: null);
        }
    }

    /// <summary>Runs a layer inside this one forward together with what follows it; neither has observers.</summary>
    /// <param name="child">The layer.</param>
    /// <param name="input">Its input, as for <see cref="Forward"/>.</param>
    /// <param name="pass">Whether this is training or inference.</param>
    /// <param name="residual">The tensor to add; null for none.</param>
    /// <param name="relu">Whether a ReLU follows.</param>
    /// <returns>The output of the last of them.</returns>
    internal static Tensor<float> ForwardFused(
        IEpilogueHost child, Tensor<float> input, Pass pass, Tensor<float>? residual, bool relu)
    {
        var layer = (Layer)child;
        using ThreadGuard.Scope call = layer.Enter();
        layer.BeginForward(input, pass);
        Tensor<float> output = child.ForwardCore(input, pass, residual, relu);
        layer.LastOutput = output;
        return output;
    }

    /// <summary>Runs a layer inside this one backward together with what follows it.</summary>
    /// <param name="child">The layer.</param>
    /// <param name="outputGradient">The gradient of the output of the last of them.</param>
    /// <param name="gated">Receives the gradient of the residual, if a ReLU follows; null if it is not needed.</param>
    /// <returns>The gradient of the layer's input.</returns>
    internal static Tensor<float> BackwardFused(IEpilogueHost child, Tensor<float> outputGradient, Tensor<float>? gated)
    {
        var layer = (Layer)child;
        using ThreadGuard.Scope call = layer.Enter();
        layer.CheckGradient(outputGradient);
        return child.BackwardCore(outputGradient, gated);
    }

    /// <summary>Calls the layer's observers after its forward pass.</summary>
    private protected void NotifyForward(Tensor<float> input, Tensor<float> output)
    {
        foreach (Observation observation in _observations ?? [])
        {
            observation.Forward?.Invoke(this, input, output);
        }
    }

    /// <summary>Calls the layer's observers after its backward pass.</summary>
    private protected void NotifyBackward(Tensor<float> outputGradient, Tensor<float>? inputGradient)
    {
        foreach (Observation observation in _observations ?? [])
        {
            observation.Backward?.Invoke(this, outputGradient, inputGradient);
        }
    }

    /// <summary>Ends an observation.</summary>
    internal void Remove(Observation observation)
    {
        // A new array, since a pass may be going through the old one.
        Observation[] others = [.. (_observations ?? []).Where(other => !ReferenceEquals(other, observation))];
        _observations = others.Length == 0 ? null : others;
    }

    /// <summary>Begins a call on this thread, until the scope is disposed; calls within it are part of it.</summary>
    /// <exception cref="InvalidOperationException">Another thread uses the layer or the network that it is in.</exception>
    internal virtual ThreadGuard.Scope Enter()
    {
        while (true)
        {
            ThreadGuard guard = _guard;
            if (!guard.TryEnter(out ThreadGuard.Scope call))
            {
                throw UsedByTwoThreads();
            }

            if (guard == _guard)
            {
                return call;
            }

            call.Dispose(); // the layer has become part of another network meanwhile
        }
    }

    /// <summary>Reads what calls change, as any number of threads may do at once.</summary>
    /// <exception cref="InvalidOperationException">Another thread used the layer or the network that it is in meanwhile.</exception>
    internal T ReadBetweenCalls<T>(Func<T> read)
    {
        ThreadGuard guard = _guard;
        int calls = guard.CountCalls() ?? throw Disturbed();
        T result = read();
        return guard.CountCalls() == calls ? result : throw Disturbed();

        InvalidOperationException Disturbed() =>
            new($"Another thread used this {GetType().Name} while it was read: copy or compile it before, or between that thread's calls.");
    }

    /// <summary>Makes this layer and those inside it use a network's memory.</summary>
    internal virtual void DrawFrom(NetworkMemory memory)
    {
        using ThreadGuard.Scope call = Enter();
        Memory = memory;
        _guard = memory.Guard;
        OutputMemory.DrawFrom(memory.Outputs);
        InputGradients.DrawFrom(memory.Gradients);
        foreach (Layer child in Children)
        {
            child.DrawFrom(memory);
        }
    }

    /// <summary>
    /// Begins a forward pass: sets <see cref="LastOutput"/> to null, so that a pass that fails leaves nothing for <see cref="Backward"/> to
    /// differentiate, and checks that the input is dense and not empty.
    /// </summary>
    /// <param name="input">The input.</param>
    /// <param name="pass">The pass.</param>
    /// <exception cref="ArgumentException">The input is not dense, or is empty.</exception>
    /// <exception cref="ArgumentOutOfRangeException">There is no such pass.</exception>
    private protected void BeginForward(Tensor<float> input, Pass pass)
    {
        LastOutput = null;
        _forwardPasses++;
        Shape.CheckInput(input);
        if (pass is not (Pass.Training or Pass.Inference))
        {
            Defined.Check(pass);
        }
    }

    /// <summary>
    /// Checks that there was a forward pass, that none of a layer inside this one came after it, and that the gradient has the shape of its
    /// output.
    /// </summary>
    /// <param name="outputGradient">The gradient that <see cref="Backward"/> was given.</param>
    /// <exception cref="ArgumentException">The gradient does not have the output's shape, or is not dense.</exception>
    /// <exception cref="InvalidOperationException">
    /// There was no forward pass, it failed, or a prediction by the network or a pass of a layer inside this one came after it.
    /// </exception>
    [MemberNotNull(nameof(LastOutput))]
    private protected void CheckGradient(Tensor<float> outputGradient)
    {
        ArgumentNullException.ThrowIfNull(outputGradient);
        if (LastOutput is not { } output)
        {
            throw new InvalidOperationException("Backward differentiates the last forward pass; there was none, or it failed.");
        }

        if (Memory is not null && Memory.Outputs.Holds(output))
        {
            throw new InvalidOperationException("The last pass was a prediction, which keeps nothing for Backward; call Forward instead.");
        }

        if (CountForwardPassesOfChildren() != _forwardPassesOfChildren)
        {
            throw new InvalidOperationException(
                "A layer inside this one had a forward pass after the last one here, by itself or in another network: call Forward again.");
        }

        if (!outputGradient.IsDense)
        {
            throw new ArgumentException(
                $"The gradient {Shape.Describe(outputGradient.Lengths)} is not dense: call ToDenseTensor() on it first.",
                nameof(outputGradient));
        }

        if (!outputGradient.Lengths.SequenceEqual(output.Lengths))
        {
            throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The gradient is {Shape.Describe(outputGradient)}; the output is {Shape.Describe(output)}."),
                nameof(outputGradient));
        }
    }

    /// <summary>Returns the output for a batch without samples: nothing is computed, and there is nothing to differentiate.</summary>
    private Tensor<float> ForwardEmpty(Tensor<float> input)
    {
        LastOutput = null;
        return Tensor.CreateFromShape<float>(OutputShape(input.Lengths));
    }

    private InvalidOperationException UsedByTwoThreads()
    {
        Layer network = Memory?.Owner ?? this;
        string around = ReferenceEquals(network, this) ? "" : $", or the {network.GetType().Name} that it is in,";
        return new InvalidOperationException(
            $"Two threads use this {GetType().Name}{around} at once. A network is for one thread at a time: give each thread its own "
            + "Clone(), or compile a Predictor, which any number of threads may use.");
    }

    private int CountForwardPassesOfChildren()
    {
        IReadOnlyList<Layer> children = Children;
        int passes = 0;
        for (int i = 0; i < children.Count; i++)
        {
            passes += children[i]._forwardPasses;
        }

        return passes;
    }

    /// <summary>The path of a layer or tensor of a name inside the layer at a path.</summary>
    internal static string Join(string path, string name) => path.Length == 0 ? name : $"{path}.{name}";

    private IEnumerable<(string Path, Layer Layer)> NamedLayers(string path)
    {
        yield return (path, this);
        IReadOnlyList<Layer> children = Children;
        for (int i = 0; i < children.Count; i++)
        {
            foreach ((string Path, Layer Layer) named in children[i].NamedLayers(Join(path, ChildName(i))))
            {
                yield return named;
            }
        }
    }
}
