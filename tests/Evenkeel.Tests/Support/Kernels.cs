using System.Numerics;
using System.Runtime.InteropServices;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Channels;
using Evenkeel.Numerics.Columns;
using Evenkeel.Numerics.Images;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Losses;
using Evenkeel.Numerics.Optimizers;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Tests.Support;

/// <summary>The kernels of layers, losses and optimizers, each on numbers that are the same on every machine.</summary>
internal static class Kernels
{
    /// <summary>The kernels that reduce or map channels.</summary>
    public static IEnumerable<Kernel> OfChannels(ChannelView view)
    {
        int channels = view.Sets;
        float[] x = TestData.Channels(view, seed: 1), dy = TestData.Uniform(view.Length, seed: 2), y = new float[view.Length];
        double[] means = TestData.Widen(TestData.Uniform(channels, seed: 3));
        float[][] c = [.. Enumerable.Range(4, 5).Select(seed => TestData.Uniform(channels, seed))];
        string shape = $"[{view.Parts}, {view.Outer}, {view.Channels}, {view.Inner}]";

        yield return new Kernel($"moments {shape}", (buffer, results) =>
        {
            var moments = new Moments[channels];
            ChannelMoments.Compute(buffer(0), view, moments);
            results.AddRange(moments.SelectMany(m => (double[])[m.Mean, m.SumOfSquaredDeviations]));
        }, x);
        yield return new Kernel($"gradient sums {shape}", (buffer, results) =>
        {
            var sums = new GradientSums[channels];
            ChannelGradientSums.Compute(buffer(0), buffer(1), view, means, sums);
            results.AddRange(sums.SelectMany(s => (double[])[s.Gradient, s.GradientTimesDeviation]));
        }, dy, x);
        yield return new Kernel($"sums {shape}", (buffer, results) =>
        {
            var sums = new double[channels];
            ChannelSums.Compute(buffer(0), view, sums);
            results.AddRange(sums);
        }, dy);
        yield return new Kernel(
            $"product with channel factors {shape}",
            (buffer, _) => ChannelProduct.Multiply(buffer(0), view, buffer(1), buffer(2)), x, c[0], y);
        yield return new Kernel(
            $"affine map {shape}",
            (buffer, _) => NormalizationForward.Map(buffer(0), view, new(buffer(1), buffer(2), buffer(3)), default, buffer(4)),
            x, c[0], c[1], c[2], y);
        yield return new Kernel($"affine map, something added, and a relu {shape}", (buffer, _) =>
        {
            var epilogue = new Epilogue { Residual = buffer(4), Relu = true };
            NormalizationForward.Map(buffer(0), view, new(buffer(1), buffer(2), buffer(3)), epilogue, buffer(5));
        }, x, c[0], c[1], c[2], dy, y);
        yield return new Kernel($"gradient sums behind a relu {shape}", (buffer, results) =>
        {
            var sums = new GradientSums[channels];
            ChannelGradientSums.Compute(new OutputGradient(buffer(0), buffer(1), buffer(2)), buffer(1), view, means, sums);
            results.AddRange(sums.SelectMany(s => (double[])[s.Gradient, s.GradientTimesDeviation]));
        }, dy, x, y);
        yield return new Kernel(
            $"factors {shape}", (buffer, _) => ChannelScale.Apply(buffer(0), view, buffer(1), buffer(2)), x, c[0], y);
        yield return new Kernel($"affine map of gradients {shape}", (buffer, _) =>
        {
            var coefficients = new ChannelAffineGradient.Coefficients
            {
                Center = buffer(2),
                Scale = buffer(3),
                GradientScale = buffer(4),
                DeviationScale = buffer(5),
                Shift = buffer(6),
            };
            NormalizationBackward.Map(buffer(0), buffer(1), view, coefficients, buffer(7));
        }, dy, x, c[0], c[1], c[2], c[3], c[4], y);
        yield return new Kernel(
            $"gradients of means {shape}", (buffer, _) => ChannelMean.Backward(buffer(0), view, buffer(1)), c[0], y);
        float[] kept = Array.ConvertAll(TestData.Uniform(view.Length, seed: 9), value => value < 0.2f ? 1f : 0);
        yield return new Kernel($"sums of kept deviations {shape}", (buffer, results) =>
        {
            var sums = new DeviationSums[channels];
            ChannelDeviationSums.Compute(buffer(0), buffer(1), view, means, sums);
            results.AddRange(sums.SelectMany(s => (double[])[s.Deviations, s.Squares]));
        }, x, kept);
        yield return new Kernel($"first kept {shape}", (buffer, results) =>
        {
            var first = new int[channels];
            Mask.FindFirst(buffer(0), view, first);
            results.AddRange(first.Select(element => (double)element));
        }, kept);
        yield return new Kernel($"mask of places {shape}", (buffer, _) =>
        {
            var places = new ChannelView(view.Parts * view.Outer, view.Channels, view.Inner);
            bool[] keeps = [.. Enumerable.Range(0, places.Outer * places.Inner).Select(i => i % 3 != 0)];
            Mask.Expand(keeps, places, buffer(0));
        }, y);
    }

    /// <summary>The kernels of pooling.</summary>
    public static IEnumerable<Kernel> OfPooling(PoolingView view)
    {
        float[] x = TestData.Uniform(view.InputLength, seed: 1), dy = TestData.Uniform(view.OutputLength, seed: 2);
        float[] y = new float[dy.Length], winners = new float[dy.Length], dx = new float[x.Length];
        yield return new Kernel($"max pooling {view}", (buffer, _) =>
        {
            Span<int> places = MemoryMarshal.Cast<float, int>(buffer(2));
            MaxPooling.Forward(buffer(0), view, buffer(1), places);
            MaxPooling.Backward(buffer(3), places, view, buffer(4));
        }, x, y, winners, dy, dx);
        foreach (bool countsPadding in (bool[])[true, false])
        {
            yield return new Kernel($"average pooling {view}, {(countsPadding ? "with" : "without")} padding", (buffer, _) =>
            {
                AveragePooling.Forward(buffer(0), view, countsPadding, buffer(1));
                AveragePooling.Backward(buffer(2), view, countsPadding, buffer(4), buffer(3));
            }, x, y, dy, dx, new float[dy.Length]);
        }
    }

    /// <summary>The kernels of rows, each a set, whose elements have weights of their own.</summary>
    public static IEnumerable<Kernel> OfRowSets(int rows, int length)
    {
        var view = new ChannelView(rows, 1, 1, length);
        float[] x = TestData.Channels(view, seed: 1), dy = TestData.Uniform(view.Length, seed: 2), y = new float[view.Length];
        double[] means = TestData.Widen(TestData.Uniform(rows, seed: 3)), scales = TestData.Widen(TestData.Uniform(rows, seed: 4));
        float[][] c = [.. Enumerable.Range(5, 5).Select(seed => TestData.Uniform(rows, seed))];
        float[] weight = TestData.Uniform(length, seed: 10), bias = TestData.Uniform(length, seed: 11);
        double[] wideWeight = TestData.Widen(weight);
        string shape = $"{rows}x{length}";

        yield return new Kernel(
            $"weighted affine map {shape}",
            (buffer, _) => NormalizationForward.Run(
                buffer(0),
                view,
                moments: [],
                default(NoCoefficients),
                new(buffer(1), buffer(2), buffer(3)),
                new RowAffine.Parameters(buffer(4), buffer(5)),
                buffer(6)),
            x, c[0], c[1], c[2], weight, bias, y);
        yield return new Kernel($"sums of gradients of weights {shape}", (buffer, results) =>
        {
            var sums = new AffineGradients[length];
            AffineGradientSums.Compute(buffer(0), buffer(1), means, scales, sums);
            results.AddRange(sums.SelectMany(s => (double[])[s.Bias, s.Weight]));
        }, dy, x);
        yield return new Kernel($"Taylor steps {shape}", (buffer, results) =>
        {
            var steps = new TaylorStep[rows];
            TaylorCorrection.Compute(buffer(0), buffer(1), buffer(2), buffer(3), steps);
            results.AddRange(steps.SelectMany(s => (double[])[s.Mean, s.Variance]));
        }, dy, x, weight, y);
        yield return new Kernel($"products of rows {shape}", (buffer, results) =>
        {
            var products = new double[rows];
            RowProducts.Compute(buffer(0), wideWeight, products);
            results.AddRange(products);
        }, x);
        int[] columns = [.. Enumerable.Range(0, length).Where(column => column % 3 != 1)];
        foreach (ChannelView table in (ChannelView[])[new(rows, length, 1), new(1, length, rows)])
        {
            bool columnMajor = table.Inner > 1;
            foreach (VectorNorm norm in Enum.GetValues<VectorNorm>())
            {
                yield return new Kernel(
                    $"{norm} norm {table}",
                    (buffer, _) => UnitNorm.Apply<float>(buffer(0), columnMajor ? new ChannelView(length, rows, 1) : view, norm, buffer(1)),
                    x, y);
            }

            yield return new Kernel($"selected columns {table}", (buffer, _) =>
            {
                ColumnSelection.Gather(buffer(0), table, columns, rows / 3, buffer(1));
                ColumnSelection.Scatter(buffer(1), table, columns, rows / 4, buffer(2));
            }, x, new float[rows / 2 * columns.Length], y);
        }
    }

    /// <summary>The kernels of feature scaling, in both precisions, on a table with gaps and two infinities.</summary>
    public static IEnumerable<Kernel> OfTables(ChannelView view) => [.. OfTables<float>(view), .. OfTables<double>(view)];

    private static IEnumerable<Kernel> OfTables<T>(ChannelView view)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int columns = view.Sets;
        float[] x = TestData.Channels(view, seed: 1);
        for (int i = 0; i < x.Length; i += 7)
        {
            x[i] = float.NaN;
        }

        float[] finite = (float[])x.Clone();
        x[x.Length / 2] = float.NegativeInfinity;
        x[^1] = float.PositiveInfinity;
        float[] weights = Array.ConvertAll(TestData.Uniform(view.PerSet, seed: 2), value => MathF.Max(0, value));
        float[][] c = [.. Enumerable.Range(3, 3).Select(seed => Array.ConvertAll(TestData.Uniform(columns, seed), value => value + 2))];
        string shape = $"{typeof(T).Name} [{view.Outer}, {view.Channels}, {view.Inner}]";

        yield return new Kernel($"moments {shape}", (buffer, results) =>
        {
            var moments = new Moments[columns];
            ChannelMoments.Compute<T>(Of<T>(buffer(0)), view, moments);
            results.AddRange(moments.SelectMany(m => (double[])[m.Mean, m.SumOfSquaredDeviations]));
        }, As<T>(TestData.Channels(view, seed: 1)));
        foreach (bool weighted in (bool[])[false, true])
        {
            yield return new Kernel($"careful moments {shape} {weighted}", (buffer, results) =>
            {
                var moments = new Moments[columns];
                WeightedMoments.Compute<T>(Of<T>(buffer(0)), view, weighted ? Of<double>(buffer(1)) : [], moments);
                results.AddRange(moments.SelectMany(m => (double[])[m.Count, m.Mean, m.SumOfSquaredDeviations]));
            }, As<T>(finite), As<double>(weights));
            yield return new Kernel($"extrema {shape} {weighted}", (buffer, results) =>
            {
                var extrema = new Extrema[columns];
                if (weighted)
                {
                    ChannelExtrema.Compute<T>(Of<T>(buffer(0)), view, Of<double>(buffer(1)), extrema);
                }
                else
                {
                    ChannelExtrema.Compute<T>(Of<T>(buffer(0)), view, extrema);
                }

                results.AddRange(extrema.SelectMany(e => (double[])[e.Min, e.Max]));
            }, As<T>(x), As<double>(weights));
        }

        foreach ((double, double)? limits in ((double, double)?[])[null, (1, 2)])
        {
            yield return new Kernel($"rescaling {shape} {limits}", (buffer, results) =>
            {
                var map = new ColumnMap(Of<double>(buffer(1)), Of<double>(buffer(2)), Of<double>(buffer(3)));
                results.Add(ColumnAffine.Apply<T>(Of<T>(buffer(0)), view, map, limits, Of<T>(buffer(4))));
            }, As<T>(x), As<double>(c[0]), As<double>(c[1]), As<double>(c[2]), As<T>(new float[x.Length]));
        }

        yield return new Kernel($"rescaling undone {shape}", (buffer, results) =>
        {
            var map = new ColumnMap(Of<double>(buffer(1)), Of<double>(buffer(2)), Of<double>(buffer(3)));
            results.Add(ColumnAffine.Invert<T>(Of<T>(buffer(0)), view, map, Of<T>(buffer(4))));
        }, As<T>(x), As<double>(c[0]), As<double>(c[1]), As<double>(c[2]), As<T>(new float[x.Length]));

        static Span<TElement> Of<TElement>(Span<float> buffer)
            where TElement : unmanaged => MemoryMarshal.Cast<float, TElement>(buffer);

        static float[] As<TElement>(float[] values)
            where TElement : unmanaged, IBinaryFloatingPointIeee754<TElement>
        {
            TElement[] converted = Array.ConvertAll(values, TElement.CreateTruncating);
            return MemoryMarshal.Cast<TElement, float>(converted).ToArray();
        }
    }

    /// <summary>The kernels that go through elements one by one.</summary>
    public static IEnumerable<Kernel> OfElements(int length)
    {
        float[] x = Array.ConvertAll(TestData.Uniform(length, seed: 1), value => 20 * value * value * value);
        float[] w = TestData.Uniform(length, seed: 2), g = TestData.Uniform(length, seed: 3), y = new float[length];
        float[] positive = Array.ConvertAll(g, Math.Abs);
        var mask = new DropoutMask(new RandomStream(Seed: 5, Stream: 6), probability: 0.3, start: 32);
        var adam = new AdamStep.Settings(0.01f, 1.5f, 0.9f, 0.1f, 0.999f, 0.001f, 1e-8f, 0.01f, Kept: 0.99f);
        var rmsProp = new RmsPropStep.Settings(0.01f, 0.9f, 0.1f, 1e-3f, 0.01f, 0.9f);

        yield return new Kernel($"relu {length}", (buffer, _) => Activate.Forward<ReluFunction>(buffer(0), buffer(1)), x, y);
        yield return new Kernel($"sigmoid {length}", (buffer, _) => Activate.Forward<SigmoidFunction>(buffer(0), buffer(1)), x, y);
        yield return new Kernel($"tanh {length}", (buffer, _) => Activate.Forward<TanhFunction>(buffer(0), buffer(1)), x, y);
        foreach (Kernel kernel in OfFunction("silu", default(SiluFunction))
            .Concat(OfFunction("gelu", default(GeluFunction)))
            .Concat(OfFunction("approximate gelu", default(GeluTanhFunction)))
            .Concat(OfFunction("leaky relu", new LeakyReluFunction(0.2f)))
            .Concat(OfFunction("hard swish", default(HardSwishFunction)))
            .Concat(OfFunction("hard sigmoid", new HardSigmoidFunction(0.2f, 0.5f)))
            .Concat(OfFunction("clamp", new ClampFunction(-1, 2))))
        {
            yield return kernel;
        }

        yield return new Kernel($"softmax {length}", (buffer, _) => SoftmaxAxis.Forward(buffer(0), 1, length, 1, buffer(1)), x, y);
        yield return new Kernel(
            $"gradient of softmax {length}",
            (buffer, _) => SoftmaxAxis.Backward(buffer(0), buffer(1), 1, length, 1, buffer(2)), g, w, y);
        yield return new Kernel($"product {length}", (buffer, _) => Product.Apply(buffer(0), buffer(1), buffer(2)), g, w, y);
        yield return new Kernel(
            $"gradient of relu {length}", (buffer, _) => Activate.Backward<ReluFunction>(buffer(0), buffer(1), buffer(2)), g, w, y);
        yield return new Kernel(
            $"gradient of sigmoid {length}", (buffer, _) => Activate.Backward<SigmoidFunction>(buffer(0), buffer(1), buffer(2)), g, w, y);
        yield return new Kernel(
            $"gradient of tanh {length}", (buffer, _) => Activate.Backward<TanhFunction>(buffer(0), buffer(1), buffer(2)), g, w, y);
        yield return new Kernel($"scale {length}", (buffer, _) => Scale.Apply(buffer(0), 0.3f, buffer(1)), x, y);
        yield return new Kernel($"dropout {length}", (buffer, _) => MaskedScale.Apply(buffer(0), mask, 1.4f, buffer(1)), x, y);
        float[] kept = Array.ConvertAll(g, value => value < 0 ? 1f : 0);
        yield return new Kernel($"mask {length}", (buffer, _) => Mask.Apply(buffer(0), buffer(1), buffer(2)), x, kept, y);
        yield return new Kernel(
            $"gradient descent {length}", (buffer, _) => SgdStep.Step(buffer(0), buffer(1), 0.1f, 0.01f), w, g);
        foreach (bool nesterov in (bool[])[false, true])
        {
            yield return new Kernel(
                $"momentum {nesterov} {length}",
                (buffer, _) => SgdStep.StepWithMomentum(buffer(0), buffer(1), buffer(2), 0.1f, 0.01f, 0.9f, nesterov),
                w, g, x);
        }

        yield return new Kernel(
            $"adam {length}",
            (buffer, _) => AdamStep.Step(buffer(0), buffer(1), buffer(2), buffer(3), adam),
            w, g, x, positive);
        yield return new Kernel(
            $"rmsprop {length}", (buffer, _) => RmsPropStep.Step(buffer(0), buffer(1), buffer(2), [], [], rmsProp), w, g, positive);
        yield return new Kernel(
            $"rmsprop, centered, with momentum {length}",
            (buffer, _) => RmsPropStep.Step(buffer(0), buffer(1), buffer(2), buffer(3), buffer(4), rmsProp),
            w, g, positive, g, x);
        yield return new Kernel($"clamp {length}", (buffer, _) => GradientClamp.Apply(buffer(0), 0.3f), g);
        yield return new Kernel(
            $"squared error {length}",
            (buffer, results) => results.Add(ElementLoss.Mean(default(SquaredError), buffer(0), buffer(1), buffer(2))),
            w, g, y);
        yield return new Kernel(
            $"absolute error {length}",
            (buffer, results) => results.Add(ElementLoss.Mean(default(AbsoluteError), buffer(0), buffer(1), buffer(2))),
            w, g, y);
        yield return new Kernel(
            $"Huber's error {length}",
            (buffer, results) => results.Add(ElementLoss.Mean(new HuberError(0.7f), buffer(0), buffer(1), buffer(2))),
            w, g, y);
        yield return new Kernel(
            $"logistic error {length}",
            (buffer, results) => results.Add(ElementLoss.Mean(new LogisticError(1.5f), buffer(0), buffer(1), buffer(2))),
            w, positive, y);
        yield return new Kernel(
            $"largest difference {length}", (buffer, results) => results.Add(Differences.Largest(buffer(0), buffer(1))), w, g);
        yield return new Kernel(
            $"largest magnitude {length}", (buffer, results) => results.Add(Differences.LargestFinite(buffer(0))), x);
        yield return OfRows(3, length);

        IEnumerable<Kernel> OfFunction<TFunction>(string name, TFunction function)
            where TFunction : struct, IElementFunction
        {
            yield return new Kernel($"{name} {length}", (buffer, _) => Activate.Forward(function, buffer(0), buffer(1)), x, y);
            yield return new Kernel(
                $"gradient of {name} {length}", (buffer, _) => Activate.Backward(function, buffer(0), buffer(1), buffer(2)), g, x, y);
        }
    }

    private static Kernel OfRows(int rows, int classes)
    {
        float[] logits = Array.ConvertAll(TestData.Uniform(rows * classes, seed: 1), value => 10 * value);
        int[] labels = [.. Enumerable.Range(0, rows).Select(row => 5 * row % classes)];
        return new Kernel(
            $"softmax {rows}x{classes}",
            (buffer, results) => results.Add(SoftmaxRows.CrossEntropy(buffer(0), labels, buffer(1))),
            logits, new float[logits.Length]);
    }
}
