using System.Globalization;
using System.Numerics.Tensors;

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
/// A layer does not copy its input: leave it unchanged until <see cref="Backward"/> has been called. A layer is not for
/// use by two threads at once.
/// </para>
/// </remarks>
public abstract class Layer
{
    /// <summary>The layer's own parameters and those of the layers inside it, in order.</summary>
    public virtual IReadOnlyList<Parameter> Parameters => [];

    /// <summary>The layers inside this one, in the order in which data passes them.</summary>
    public virtual IReadOnlyList<Layer> Children => [];

    /// <summary>The memory for the result of <see cref="Forward"/>: the layer's own, or the network's in a prediction.</summary>
    protected ReusableTensor OutputMemory { get; } = new();

    /// <summary>The memory for the result of <see cref="Backward"/>: the layer's own, or the network's inside one.</summary>
    protected ReusableTensor InputGradients { get; } = new();

    /// <summary>The memory shared by the layers of the network that contains this one; null outside of a network.</summary>
    internal NetworkMemory? Memory { get; private set; }

    /// <summary>Computes the layer's output.</summary>
    /// <param name="input">The input, dense, batch first.</param>
    /// <param name="pass">Whether this is training or inference.</param>
    /// <returns>The output, valid until the next call.</returns>
    /// <exception cref="ArgumentException">The input's shape does not fit the layer, or it is not dense.</exception>
    public abstract Tensor<float> Forward(Tensor<float> input, Pass pass);

    /// <summary>
    /// Computes the output in inference, without keeping what <see cref="Backward"/> needs: the layers of a network reuse a few blocks of
    /// memory in turn, instead of one block each.
    /// </summary>
    /// <param name="input">The input, dense, batch first.</param>
    /// <returns>
    /// The result of <see cref="Forward"/> in <see cref="Pass.Inference"/>, bit for bit, valid until the next call of either.
    /// </returns>
    /// <exception cref="ArgumentException">The input's shape does not fit the layer, or it is not dense.</exception>
    public virtual Tensor<float> Predict(Tensor<float> input) => Forward(input, Pass.Inference);

    /// <summary>
    /// Differentiates the last <see cref="Forward"/>, whichever pass it was: adds to the gradients of the parameters and
    /// computes the gradient with respect to the input.
    /// </summary>
    /// <param name="outputGradient">∂loss/∂output, of the output's shape.</param>
    /// <returns>∂loss/∂input, valid until the next call.</returns>
    /// <exception cref="ArgumentException">The gradient does not have the output's shape, or is not dense.</exception>
    /// <exception cref="InvalidOperationException">There was no forward pass, or a prediction by the network came after it.</exception>
    public abstract Tensor<float> Backward(Tensor<float> outputGradient);

    /// <summary>
    /// Differentiates like <see cref="Backward"/>, but without the gradient with respect to the input, which a network's first layer need
    /// not compute.
    /// </summary>
    /// <param name="outputGradient">∂loss/∂output, of the output's shape.</param>
    /// <exception cref="ArgumentException">The gradient does not have the output's shape, or is not dense.</exception>
    /// <exception cref="InvalidOperationException">There was no forward pass, or a prediction by the network came after it.</exception>
    public virtual void BackwardToParameters(Tensor<float> outputGradient) => Backward(outputGradient);

    /// <summary>Makes this layer and those inside it use a network's memory.</summary>
    internal virtual void DrawFrom(NetworkMemory memory)
    {
        Memory = memory;
        OutputMemory.DrawFrom(memory.Outputs);
        InputGradients.DrawFrom(memory.Gradients);
        foreach (Layer child in Children)
        {
            child.DrawFrom(memory);
        }
    }

    /// <summary>Checks that an input is dense and not empty.</summary>
    /// <param name="input">The input.</param>
    /// <exception cref="ArgumentException">The input is not dense, or is empty.</exception>
    protected static void CheckInput(Tensor<float> input) => Shape.CheckInput(input);

    /// <summary>Checks that there was a forward pass and that the gradient has the shape of its output.</summary>
    /// <param name="outputGradient">The gradient that <see cref="Backward"/> was given.</param>
    /// <param name="output">What the last <see cref="Forward"/> returned; null if there was none.</param>
    /// <exception cref="ArgumentException">The gradient does not have the output's shape, or is not dense.</exception>
    /// <exception cref="InvalidOperationException">There was no forward pass, or a prediction by the network came after it.</exception>
    protected void CheckGradient(Tensor<float> outputGradient, Tensor<float>? output)
    {
        ArgumentNullException.ThrowIfNull(outputGradient);
        if (output is null)
        {
            throw new InvalidOperationException("Backward differentiates the last forward pass; there was none.");
        }

        if (Memory is not null && Memory.Outputs.Holds(output))
        {
            throw new InvalidOperationException("The last pass was a prediction, which keeps nothing for Backward; call Forward instead.");
        }

        if (!outputGradient.IsDense || !outputGradient.Lengths.SequenceEqual(output.Lengths))
        {
            throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The gradient is {Shape.Describe(outputGradient)}; the output is {Shape.Describe(output)}."),
                nameof(outputGradient));
        }
    }
}
