using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Channels;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Normalization;

/// <summary>
/// What all normalizers share: memory, masks, and the order of the steps. Each of them adds which elements share statistics,
/// where these come from, and how the normalized value is scaled and shifted.
/// </summary>
public abstract class SetNormalization : Layer
{
    private readonly double _epsilon;
    private readonly KeptElements _kept = new();
    private readonly SetMoments _moments = new();
    private ChannelView _view;
    private Tensor<float>? _input;
    private Tensor<float>? _output;
    private bool _masked;
    private bool _rectified;

    private protected SetNormalization(double epsilon) => _epsilon = Epsilon.Check(epsilon);

    /// <summary>What normalizes each set, once the policy has set it up.</summary>
    private protected SetNormalizer Normalizer { get; set; } = new();

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">
    /// The input does not have a shape that this layer normalizes, has no elements, too few values for the statistics that are
    /// wanted, or is not dense.
    /// </exception>
    public sealed override Tensor<float> Forward(Tensor<float> input, Pass pass) => Forward(input, pass, addend: null, rectifies: false);

    /// <inheritdoc/>
    public sealed override Tensor<float> Backward(Tensor<float> outputGradient) => Backward(outputGradient, gated: null);

    /// <summary>As <see cref="Forward(Tensor{float}, Pass)"/>, with what a network fuses: see <see cref="IEpilogueHost"/>.</summary>
    private protected Tensor<float> Forward(Tensor<float> input, Pass pass, Tensor<float>? addend, bool rectifies)
    {
        ChannelView view = View(input);
        _masked = false;
        return Forward(input, input.Elements(), view, pass, addend, rectifies);
    }

    /// <summary>As <see cref="Backward(Tensor{float})"/>, where the gradient of the sum that was rectified is wanted too.</summary>
    private protected Tensor<float> Backward(Tensor<float> outputGradient, Tensor<float>? gated)
    {
        CheckGradient(outputGradient, _output);
        Tensor<float> inputGradient = InputGradients.Get(outputGradient.Lengths);
        Span<float> dx = inputGradient.Elements();
        ReadOnlySpan<float> dy = outputGradient.Elements();
        ReadOnlySpan<float> x = _input!.Elements();
        if (_masked)
        {
            _kept.Copy(dy, dx);
            dy = dx;
            x = _kept.Input;
        }

        // What the ReLU lets pass is overwritten by dx, unless it is wanted or never stored.
        OutputGradient gradient = !_rectified ? new(dy)
            : gated is not null ? new(dy, _output!.Elements(), gated.Elements())
            : DifferentiatesByOwnSums ? new(dy, _output!.Elements())
            : new(dy, _output!.Elements(), dx);
        Backward(gradient, x, _view, dx);
        if (_masked)
        {
            _kept.Clear(dx);
        }

        return inputGradient;
    }

    /// <summary>As <see cref="Forward(Tensor{float}, Pass)"/>, over the elements that a mask keeps.</summary>
    private protected Tensor<float> ForwardKept(Tensor<float> input, Tensor<bool> mask, Pass pass)
    {
        ChannelView view = View(input);
        ArgumentNullException.ThrowIfNull(mask);
        _kept.Set(input, mask, Places(input, mask));
        _masked = true;
        Tensor<float> output = Forward(input, _kept.Input, view, pass, addend: null, rectifies: false);
        _kept.Clear(output.Elements());
        return output;
    }

    /// <summary>Checks an input and gives the view in which its sets lie.</summary>
    private protected abstract ChannelView View(Tensor<float> input);

    /// <summary>Checks a mask and gives the view in which its elements are the places of the input's; see <see cref="Mask.Expand"/>.</summary>
    private protected abstract ChannelView Places(Tensor<float> input, Tensor<bool> mask);

    /// <summary>Normalizes elements.</summary>
    private protected abstract void Forward(ReadOnlySpan<float> x, ChannelView view, Pass pass, Epilogue epilogue, Span<float> y);

    /// <summary>Differentiates <see cref="Forward(ReadOnlySpan{float}, ChannelView, Pass, Epilogue, Span{float})"/>.</summary>
    private protected abstract void Backward(OutputGradient dy, ReadOnlySpan<float> x, ChannelView view, Span<float> dx);

    /// <summary>The policy where each set is normalized by its own moments: says how neighbouring ones are (<see cref="SetNormalizer.Forward"/>); from any thread.</summary>
    private protected virtual void SetForward(int first, ReadOnlySpan<Moments> own) => throw new NotSupportedException();

    /// <summary>The policy where gradients depend on own sums: says how those of neighbouring sets are (<see cref="SetNormalizer.Backward"/>); from any thread.</summary>
    private protected virtual void SetBackward(int first, int count) => throw new NotSupportedException();

    /// <summary>Whether the gradient of each set depends on its own sums and nothing else.</summary>
    private protected virtual bool DifferentiatesByOwnSums => false;

    /// <summary>Takes Σdy and Σdy·x̂ of the last forward pass without going on to gradients.</summary>
    private protected void SumGradients(Tensor<float> outputGradient)
    {
        CheckGradient(outputGradient, _output);
        Normalizer.SumGradients(new OutputGradient(outputGradient.Elements()), _input!.Elements(), _view);
    }

    /// <summary>The moments of each set of this batch, of the kept elements where there is a mask.</summary>
    private protected Span<Moments> ComputeMoments(ReadOnlySpan<float> x, ChannelView view) =>
        _moments.Compute(x, view, _masked ? _kept : null);

    /// <summary>Whether the elements of this pass have a mask.</summary>
    private protected bool IsMasked => _masked;

    /// <summary>Room for the moments of each set, for a sweep that computes them on its way.</summary>
    private protected Span<Moments> MomentsRoom(ChannelView view) => _moments.Room(view.Sets);

    /// <summary>The moments of neighbouring sets, as last computed.</summary>
    private protected ReadOnlySpan<Moments> MomentsOf(int first, int count) => _moments.Of(first, count);

    /// <summary>1/√(variance + ε).</summary>
    private protected double InverseDeviation(double variance) => 1 / Math.Sqrt(variance + _epsilon);

    /// <summary>The input of this pass.</summary>
    private protected Tensor<float> Input => _input!;

    /// <summary>The number of samples in the input of this pass.</summary>
    private protected int Samples => (int)_input!.Lengths[0];

    /// <summary>An exception that says what is wrong with the input of this pass.</summary>
    private protected ArgumentException InputRefused(string problem, string name = "input") =>
        new($"The {name} {Shape.Describe(_input!)} {problem}", name);

    private Tensor<float> Forward(
        Tensor<float> input, ReadOnlySpan<float> x, ChannelView view, Pass pass, Tensor<float>? addend, bool rectifies)
    {
        _output = null; // a pass that fails from here on leaves nothing for Backward to differentiate
        _input = input;
        _view = view;
        _rectified = rectifies;
        if (addend is not null)
        {
            Shape.CheckSum(input.Lengths, addend.Lengths, nameof(input));
        }

        Tensor<float> output = OutputMemory.Get(input.Lengths);
        var epilogue = new Epilogue { Addend = addend is null ? [] : addend.Elements(), Rectifies = rectifies };
        Forward(x, view, pass, epilogue, output.Elements());
        _output = output;
        return output;
    }

    /// <summary>Prepares sets by <see cref="SetForward"/>.</summary>
    private protected readonly struct ForwardPolicy(SetNormalization owner) : ICoefficientBuilder
    {
        /// <inheritdoc/>
        public void Build(int first, int count) => owner.SetForward(first, owner.MomentsOf(first, count));
    }

    /// <summary>Prepares sets by <see cref="SetBackward"/>.</summary>
    private protected readonly struct BackwardPolicy(SetNormalization owner) : ICoefficientBuilder
    {
        /// <inheritdoc/>
        public void Build(int first, int count) => owner.SetBackward(first, count);
    }
}
