using System.Numerics.Tensors;
using Evenkeel.Explanations.Tests.Support;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Scaling;

namespace Evenkeel.Explanations.Tests.Methods;

/// <summary>What fresh calls of the library's public API give for an explanation's input.</summary>
internal static class LibraryNumbers
{
    /// <summary>The numbers of a method; its example's own choices are taken from the explanation.</summary>
    public static IEnumerable<LibraryNumber> Of(string method, ExplanationInput input, Explanation explanation) => method switch
    {
        "batch-norm" => BatchNorm(input),
        "layer-norm" => SampleNorm(
            input,
            affine => new LayerNorm(input.Shape.AsSpan(1), new() { Epsilon = input.Epsilon, Weight = affine, Bias = affine }),
            sets: 1,
            PerElement),
        "instance-norm" => SampleNorm(
            input, affine => new InstanceNorm(input.Shape[1], new() { Epsilon = input.Epsilon, Affine = affine }), input.Shape[1]),
        "group-norm" => SampleNorm(
            input, affine => new GroupNorm(input.Groups, input.Shape[1], new() { Epsilon = input.Epsilon, Affine = affine }), input.Groups),
        "rms-norm" => RmsNorm(input),
        "batch-renorm" => BatchRenorm(input, explanation),
        "cross-iteration" => CrossIteration(input, explanation),
        "dropout" => Dropout(input),
        "scaling" => Scaling(input),
        "folding" => Folding(input, explanation),
        "gradient-chain" => GradientChain(input),
        _ => throw new ArgumentException($"There are no library calls for {method}.", nameof(method)),
    };

    private static IEnumerable<LibraryNumber> BatchNorm(ExplanationInput input)
    {
        BatchNormOptions pyTorch = BatchNormOptions.FromPyTorch(epsilon: input.Epsilon);
        BatchNorm trained = Affine(new BatchNorm(input.Shape[1], pyTorch), input);
        _ = LibraryCalls.Train(trained, input);
        return
        [
            .. Standardized(null, input),
            .. Kept(pyTorch),
            .. Kept(BatchNormOptions.FromKeras(epsilon: input.Epsilon) with { ChannelAxis = 1 }),
            .. Kept(BatchNormOptions.FromOnnx(epsilon: input.Epsilon)),
            new("Inference", @"y_{\mathrm{inference}}", LibraryCalls.Infer(trained, input)),
            .. Standardized("The same behind a dense layer", ExplanationInput.Dense),
        ];

        IEnumerable<LibraryNumber> Standardized(string? section, ExplanationInput x) => Normalized(
            section,
            x,
            affine => new BatchNorm(x.Shape[1], new() { Epsilon = x.Epsilon, Affine = affine }),
            LibraryCalls.Moments(x.Values, x.Shape));

        IEnumerable<LibraryNumber> Kept(BatchNormOptions options)
        {
            var layer = new BatchNorm(input.Shape[1], options);
            _ = layer.Forward(LibraryCalls.TensorOf(input.Values, input.Shape), Pass.Training);
            yield return new("Running statistics", @"\mathrm{running\_mean}", [.. layer.RunningStatistics!.Mean.Elements()]);
            yield return new("Running statistics", @"\mathrm{running\_var}", [.. layer.RunningStatistics!.Variance.Elements()]);
        }
    }

    private static IEnumerable<LibraryNumber> SampleNorm(
        ExplanationInput input, Func<bool, Layer> layer, int sets, Func<ExplanationInput, ExplanationInput>? parameters = null)
    {
        int all = input.Shape[0] * sets;
        return Normalized(
            null, parameters?.Invoke(input) ?? input, layer, LibraryCalls.Moments(input.Values, 1, all, input.Values.Length / all));
    }

    private static IEnumerable<LibraryNumber> RmsNorm(ExplanationInput input)
    {
        RmsNorm Layer(bool affine) => new(input.Shape.AsSpan(1), new() { Epsilon = input.Epsilon, Weight = affine });
        return
        [
            .. LibraryCalls.Train(Layer(affine: true).With("weight", PerElement(input).Weight!), input)
                .Select(number => new LibraryNumber(null, number.Key, number.Value)),
            new(null, @"\hat{x}", LibraryCalls.Train(Layer(affine: false), input)["y"]),
        ];
    }

    private static IEnumerable<LibraryNumber> BatchRenorm(ExplanationInput input, Explanation explanation)
    {
        Section correction = explanation.Section("The correction");
        BatchRenorm trained = Layer(affine: true);
        IEnumerable<LibraryNumber> passes =
            [.. Normalized(null, input, affine => affine ? trained : Layer(false), LibraryCalls.Moments(input.Values, input.Shape))];
        return
        [
            .. passes,
            new("Running statistics", @"\mu_{\mathrm{running}}", [.. trained.RunningStatistics.Mean.Elements()]),
            new("Running statistics", @"\sigma_{\mathrm{running}}", [.. trained.RunningStatistics.Deviation.Elements()]),
            new("Inference", @"y_{\mathrm{inference}}", LibraryCalls.Infer(Affine(Layer(affine: true), input), input)),
        ];

        BatchRenorm Layer(bool affine)
        {
            var layer = new BatchRenorm(
                input.Shape[1],
                new() { Epsilon = input.Epsilon, Affine = affine, Schedule = RenormSchedule.Constant(rMax: 1.5, dMax: 0.5) });
            correction.Values(@"\mu_{\mathrm{running}}")[0].CopyTo(layer.RunningStatistics.Mean.Elements());
            correction.Values(@"\sigma_{\mathrm{running}}")[0].CopyTo(layer.RunningStatistics.Deviation.Elements());
            return layer;
        }
    }

    private static IEnumerable<LibraryNumber> CrossIteration(ExplanationInput input, Explanation explanation)
    {
        Section[] past = [explanation.Section("2 iterations ago"), explanation.Section("One iteration ago")];
        double[] theta = explanation.Section("The layer before").Values(@"\theta")[0];
        int channels = input.Shape[1];
        var preceding = new Conv2d(channels, channels, 1, new RandomSource(1), new() { Bias = false });
        CrossIterationBatchNorm normalization = Affine(
            new CrossIterationBatchNorm(preceding, new() { Window = 3, BatchNorm = new() { Epsilon = input.Epsilon } }), input);
        foreach (Section iteration in past)
        {
            _ = Forward(iteration.Values(@"\theta_{\mathrm{past}}")[0], LibraryCalls.Narrow(iteration.Values("p")[0]));
        }

        double[] y = LibraryCalls.Widen(Forward(theta, input.Values));
        double[] dx = LibraryCalls.Widen(normalization.Backward(LibraryCalls.TensorOf(input.OutputGradient, input.Shape)));
        float[] x = LibraryCalls.Narrow(explanation.Section("The layer before").Values("x")[0]);
        return
        [
            new(null, "y", y),
            new(null, "dx", dx),
            new(null, @"d\gamma", LibraryCalls.Widen(normalization.Weight!.Gradient)),
            new(null, @"d\beta", LibraryCalls.Widen(normalization.Bias!.Gradient)),
            new(null, @"\mu", LibraryCalls.Moments(x, input.Shape).Mean),
        ];

        Tensor<float> Forward(double[] weights, float[] inputs) => normalization.Forward(
            preceding.With("weight", LibraryCalls.Narrow(weights)).Forward(LibraryCalls.TensorOf(inputs, input.Shape), Pass.Training),
            Pass.Training);
    }

    private static IEnumerable<LibraryNumber> Dropout(ExplanationInput input)
    {
        Dictionary<string, double[]> inverted = LibraryCalls.Train(Layer(DropoutKind.Inverted), input);
        return
        [
            new("Forward", "y", inverted["y"]),
            new("Backward", "dx", inverted["dx"]),
            new("The classic convention", "y", LibraryCalls.Train(Layer(DropoutKind.Classic), input)["y"]),
        ];

        Dropout Layer(DropoutKind kind) => new(input.Probability, new RandomSource(input.Seed), kind);
    }

    private static IEnumerable<LibraryNumber> Scaling(ExplanationInput input)
    {
        int rows = input.Shape[0];
        Tensor<float> table = LibraryCalls.TensorOf(input.Values, rows, input.Values.Length / rows);
        (string Section, Scaler Scaler)[] scalers =
        [
            ("Zero mean", new ZeroMeanScaler()), ("Unit variance", new UnitVarianceScaler()), ("Standard (z-score)", new StandardScaler()),
            ("Min-max", new MinMaxScaler()), ("Max-abs", new MaxAbsScaler()), ("Robust", new RobustScaler()),
        ];
        foreach ((string section, Scaler scaler) in scalers)
        {
            scaler.Fit(table);
            Tensor<float> scaled = scaler.Transform(table);
            yield return new(section, "z", LibraryCalls.Widen(scaled));
            yield return new(section, "x", LibraryCalls.Widen(scaler.InverseTransform(scaled)));
        }
    }

    private static IEnumerable<LibraryNumber> Folding(ExplanationInput input, Explanation explanation)
    {
        Section two = explanation.Section("Two layers");
        int channels = input.Shape[1];
        Conv2d convolution = new Conv2d(channels, channels, 1, new RandomSource(1))
            .With("weight", LibraryCalls.Narrow(two.Values("W")[0])).With("bias", LibraryCalls.Narrow(two.Values("b")[0]));
        BatchNorm normalization = Affine(new BatchNorm(channels, new() { Epsilon = input.Epsilon }), input);
        two.Values(@"\mathrm{running\_mean}")[0].CopyTo(normalization.RunningStatistics!.Mean.Elements());
        two.Values(@"\mathrm{running\_var}")[0].CopyTo(normalization.RunningStatistics.Variance.Elements());
        Conv2d folded = Evenkeel.Networks.Folding.Fold(convolution, normalization);
        return
        [
            new("Two layers", "y", LibraryCalls.Infer(new Sequential([convolution, normalization]), input)),
            new("One layer", @"W^\prime", LibraryCalls.Widen(folded.Parameters.Single(parameter => parameter.Name == "weight").Value)),
            new("One layer", @"b^\prime", LibraryCalls.Widen(folded.Parameters.Single(parameter => parameter.Name == "bias").Value)),
            new("The same output", "y", LibraryCalls.Infer(folded, input)),
        ];
    }

    private static IEnumerable<LibraryNumber> GradientChain(ExplanationInput input)
    {
        const string Slopes = "The slope of the sigmoid";
        float[] z = [-6, -4, -2, -1, 0, 1, 2, 4, 6];
        var sigmoid = new Sigmoid();
        yield return new(Slopes, "a", LibraryCalls.Widen(sigmoid.Forward(LibraryCalls.TensorOf(z, z.Length, 1), Pass.Training)));
        float[] ones = [.. z.Select(_ => 1f)];
        Tensor<float> slopes = sigmoid.Backward(LibraryCalls.TensorOf(ones, z.Length, 1));
        yield return new(Slopes, @"\frac{\partial a}{\partial z}", LibraryCalls.Widen(slopes));
        foreach (bool normalized in new[] { false, true })
        {
            foreach (float weight in new[] { 0.1f, 1, 10, 100 })
            {
                yield return new("In a network of 10 layers", @"|\frac{\partial L}{\partial z_n}|", Chain(input, weight, normalized));
            }
        }
    }

    /// <summary>The largest gradient by the input of each of ten sigmoids, layer by layer.</summary>
    private static double[] Chain(ExplanationInput input, float weight, bool normalized)
    {
        (Linear Product, BatchNorm? Normalization, Sigmoid Sigmoid)[] layers =
        [
            .. Enumerable.Range(0, 10).Select(_ => (
                new Linear(1, 1, new RandomSource(1), bias: false).With("weight", [weight]),
                normalized ? new BatchNorm(1, new() { Epsilon = input.Epsilon }) : null,
                new Sigmoid())),
        ];
        Tensor<float> a = LibraryCalls.TensorOf(input.Values, input.Values.Length, 1);
        foreach ((Linear product, BatchNorm? normalization, Sigmoid sigmoid) in layers)
        {
            Tensor<float> z = product.Forward(a, Pass.Training);
            a = sigmoid.Forward(normalization?.Forward(z, Pass.Training) ?? z, Pass.Training);
        }

        var gradients = new double[layers.Length];
        Tensor<float> gradient = LibraryCalls.TensorOf(input.OutputGradient, input.OutputGradient.Length, 1);
        for (int n = layers.Length - 1; n >= 0; n--)
        {
            gradient = layers[n].Sigmoid.Backward(gradient);
            gradients[n] = LibraryCalls.Widen(gradient).Max(Math.Abs);
            gradient = layers[n].Product.Backward(layers[n].Normalization?.Backward(gradient) ?? gradient);
        }

        return gradients;
    }

    /// <summary>y, its gradients, x̂ by a layer without γ and β, and the moments.</summary>
    private static IEnumerable<LibraryNumber> Normalized(
        string? section, ExplanationInput input, Func<bool, Layer> layer, (double[] Mean, double[] Variance) moments) =>
    [
        .. LibraryCalls.Train(Affine(layer(true), input), input).Select(number => new LibraryNumber(section, number.Key, number.Value)),
        new(section, @"\hat{x}", LibraryCalls.Train(layer(false), input)["y"]),
        new(section, @"\mu", moments.Mean),
        new(section, @"\sigma^2", moments.Variance),
    ];

    private static TLayer Affine<TLayer>(TLayer layer, ExplanationInput input)
        where TLayer : Layer => layer.With("weight", input.Weight!).With("bias", input.Bias!);

    /// <summary>γ and β of each channel for each of its elements.</summary>
    private static ExplanationInput PerElement(ExplanationInput input)
    {
        int inner = input.Values.Length / input.Shape[0] / input.Shape[1];
        return input with { Weight = Expand(input.Weight!), Bias = Expand(input.Bias!) };

        float[] Expand(float[] values) => [.. values.SelectMany(value => Enumerable.Repeat(value, inner))];
    }
}
