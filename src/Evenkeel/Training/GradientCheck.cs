using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics;

namespace Evenkeel.Training;

/// <summary>Compares the gradients of a backward pass with central differences of the forward pass.</summary>
/// <remarks>
/// <para>
/// A layer is checked through the loss L = Σ u·y, summed in double precision, with u drawn uniformly from −1 to 1 for each element of the
/// output y. The difference is Richardson's extrapolation of D(h) = (L(x + h) − L(x − h))/2h, (4·D(h) − D(2h))/3, whose error is of the
/// order of h⁴. With the default step, the gradients of a correct layer whose outputs and gradients are of the order of 1
/// have relative errors of some 10⁻⁵ to 10⁻⁴. A gradient that is 0, such as that of a bias before a batch
/// normalization, shows rounding errors only.
/// </para>
/// <para>
/// The same layer, input and options give the same result. The values of parameters are restored and their gradients set to zero; what
/// else forward passes change, such as running statistics, changes.
/// </para>
/// </remarks>
public static class GradientCheck
{
    /// <summary>Checks a layer: the gradients with respect to its input and to each of its parameters.</summary>
    /// <param name="layer">The layer, or a whole network.</param>
    /// <param name="input">The input; it is not changed.</param>
    /// <param name="options">The settings; the defaults if null.</param>
    /// <returns>
    /// The largest error for the input, unless <see cref="GradientCheckOptions.CheckInput"/> is false, then for each parameter in the order
    /// of <see cref="Layer.Parameters"/>.
    /// </returns>
    /// <exception cref="ArgumentException">The layer refuses the input, or what it is moved to.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range.</exception>
    /// <exception cref="InvalidOperationException">
    /// The layer's output differs from pass to pass, or it returns null or a gradient that does not have the input's shape.
    /// </exception>
    /// <exception cref="InvalidOperationException">Another thread uses the layer or the network that it is in.</exception>
    public static IReadOnlyList<GradientError> Check(Layer layer, Tensor<float> input, GradientCheckOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(layer);
        ArgumentNullException.ThrowIfNull(input);
        options = Validate(options);
        using ThreadGuard.Scope call = layer.Enter();
        Tensor<float> x = Copy(input);
        Tensor<float> y = Forward();
        Tensor<float> upstream = Copy(y);
        new RandomStream(options.Seed, Stream: 0).FillUniform(upstream.Elements(), -1, 1);
        double loss = Dot(upstream, y);
        foreach (Parameter parameter in layer.Parameters)
        {
            parameter.ZeroGradient();
        }

        if (Dot(upstream, Forward()) != loss && !double.IsNaN(loss))
        {
            throw new InvalidOperationException(
                "A second pass on the same input gave another output. Check the layer in Pass.Inference, or reset it in "
                + $"{nameof(GradientCheckOptions)}.{nameof(GradientCheckOptions.BeforeForward)}.");
        }

        Tensor<float> inputGradient = Returned(layer.Backward(upstream), nameof(Layer.Backward));
        if (!inputGradient.Lengths.SequenceEqual(x.Lengths))
        {
            throw new InvalidOperationException(
                $"Backward returned a gradient {Shape.Describe(inputGradient)}; the input is {Shape.Describe(x)}.");
        }

        var sampler = new RandomStream(options.Seed, Stream: 1);
        List<GradientError> errors = options.CheckInput ? [Largest("input", x, inputGradient, Loss, sampler, options)] : [];
        foreach ((string path, Parameter parameter) in layer.NamedParameters())
        {
            errors.Add(Largest(path, parameter.Value, parameter.Gradient, Loss, sampler, options));
            parameter.ZeroGradient();
        }

        return errors;

        Tensor<float> Forward()
        {
            options.BeforeForward?.Invoke();
            return Returned(layer.Forward(x, options.Pass), nameof(Layer.Forward));
        }

        double Loss() => Dot(upstream, Forward());
    }

    /// <summary>Checks a loss: its gradient with respect to the network's output.</summary>
    /// <typeparam name="TTarget">The type of a target.</typeparam>
    /// <param name="loss">The loss.</param>
    /// <param name="output">The network's output; it is not changed.</param>
    /// <param name="target">The targets.</param>
    /// <param name="options">The settings; the defaults if null.</param>
    /// <returns>The largest error of the gradient.</returns>
    /// <exception cref="ArgumentException">The loss refuses the output or the targets.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A setting is out of its range.</exception>
    public static GradientError Check<TTarget>(
        Loss<TTarget> loss, Tensor<float> output, Tensor<TTarget> target, GradientCheckOptions? options = null)
        where TTarget : unmanaged
    {
        ArgumentNullException.ThrowIfNull(loss);
        ArgumentNullException.ThrowIfNull(output);
        options = Validate(options);
        Tensor<float> y = Copy(output);
        loss.Forward(y, target);
        return Largest("output", y, loss.Backward(), () => loss.Forward(y, target), new RandomStream(options.Seed, Stream: 1), options);
    }

    /// <summary>Finds the checked element of a tensor whose gradient is furthest from the central difference.</summary>
    private static GradientError Largest(
        string name, Tensor<float> tensor, Tensor<float> gradient, Func<double> loss, RandomStream sampler, GradientCheckOptions options)
    {
        int[] positions = Choose((int)tensor.FlattenedLength, options.Samples, sampler);
        float[] backward = Array.ConvertAll(positions, position => gradient.Elements()[position]); // the passes below overwrite it
        double[] differences = Array.ConvertAll(positions, position => Difference(tensor, position, loss, options.Step));
        double scale = 0;
        int worst = 0;
        for (int i = 0; i < positions.Length; i++)
        {
            // Math.Max and the comparison let NaN win.
            scale = Math.Max(scale, Math.Max(Math.Abs((double)backward[i]), Math.Abs(differences[i])));
            worst = Error(worst) >= Error(i) || double.IsNaN(Error(worst)) ? worst : i;
        }

        return positions.Length == 0
            ? new GradientError(name, 0, [], 0, 0)
            : new GradientError(
                name, scale == 0 ? 0 : Error(worst) / scale, Index(positions[worst], tensor.Lengths), backward[worst], differences[worst]);

        double Error(int i) => Math.Abs(backward[i] - differences[i]);
    }

    /// <summary>Chooses distinct positions at random; all of them if there are no more than asked for.</summary>
    private static int[] Choose(int length, int samples, RandomStream random)
    {
        int[] positions = [.. Enumerable.Range(0, length)];
        if (samples < length)
        {
            random.Shuffle(positions);
            Array.Resize(ref positions, samples);
        }

        return positions;
    }

    /// <summary>Differentiates the loss with respect to one element, which is moved and put back.</summary>
    private static double Difference(Tensor<float> tensor, int position, Func<double> loss, double step)
    {
        float value = tensor.Elements()[position];
        try
        {
            return (4 * Central(step) - Central(2 * step)) / 3;
        }
        finally
        {
            tensor.Elements()[position] = value;
        }

        double Central(double h)
        {
            float above = (float)(value + h), below = (float)(value - h);
            double difference = At(above) - At(below);
            return difference / ((double)above - below);
        }

        double At(float moved)
        {
            tensor.Elements()[position] = moved;
            return loss();
        }
    }

    private static double Dot(Tensor<float> upstream, Tensor<float> output)
    {
        ReadOnlySpan<float> u = upstream.Elements(), y = output.Elements();
        double sum = 0;
        for (int i = 0; i < u.Length; i++)
        {
            sum += (double)u[i] * y[i];
        }

        return sum;
    }

    /// <summary>Converts a position in memory to an index per axis.</summary>
    private static nint[] Index(int position, ReadOnlySpan<nint> lengths)
    {
        var index = new nint[lengths.Length];
        nint rest = position;
        for (int axis = index.Length - 1; axis >= 0; axis--)
        {
            (rest, index[axis]) = Math.DivRem(rest, lengths[axis]);
        }

        return index;
    }

    private static Tensor<float> Copy(Tensor<float> tensor) => Tensor.Create(tensor.ToArray(), tensor.Lengths);

    private static Tensor<float> Returned(Tensor<float>? result, string method) =>
        result ?? throw new InvalidOperationException($"The layer's {method} returned null.");

    private static GradientCheckOptions Validate(GradientCheckOptions? options)
    {
        options ??= new GradientCheckOptions();
        if (!(options.Step > 0 && float.IsFinite((float)options.Step)))
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), options.Step, "The step must be positive and finite in single precision.");
        }

        if (options.Samples < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Samples, "At least 1 element of each tensor must be checked.");
        }

        return options;
    }
}
