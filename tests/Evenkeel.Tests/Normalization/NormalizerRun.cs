using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Tests.Reference;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Normalization;

/// <summary>A normalizer and its input, output gradient and perhaps mask: it can be run, and compared with the reference.</summary>
internal sealed class NormalizerRun
{
    private const double SmallestNormal = 1.2e-38;

    private static readonly float[] Garbage = [float.NaN, 3e38f, float.NegativeInfinity, -1e6f, float.PositiveInfinity];

    private readonly Normalizer _normalizer;
    private readonly nint[] _lengths;
    private readonly Tensor<bool>? _mask;
    private readonly int[] _sets;
    private readonly int[] _weights;
    private readonly double _epsilon;

    /// <summary>Makes a normalizer with weights that are not 1 and 0, and numbers to put through it.</summary>
    public NormalizerRun(
        Normalizer normalizer, nint[] lengths, MaskOf? mask = null, bool affine = true, double epsilon = 1e-5,
        float center = 0, float spread = 1)
    {
        (_normalizer, _lengths, _epsilon) = (normalizer, lengths, epsilon);
        Layer = normalizer.Make(lengths, affine, epsilon);
        foreach (Parameter parameter in Layer.Parameters)
        {
            float offset = parameter.Name == "weight" ? 1.5f : 0;
            TestData.Uniform(parameter.Length, seed: 100 + parameter.Name.Length).CopyTo(parameter.Values);
            TensorPrimitives.Add(parameter.Values, offset, parameter.Values);
        }

        Place[] places = [.. normalizer.Places(lengths)];
        _sets = Array.ConvertAll(places, place => normalizer.SetOf(lengths, place));
        _weights = Array.ConvertAll(places, place => normalizer.WeightOf(lengths, place));
        X = TestData.Channels(ChannelView.Of(lengths, normalizer.Axis), seed: 1, center, spread);
        Gradient = TestData.Uniform(X.Length, seed: 2);
        if (mask is not null)
        {
            bool[] kept = mask.Kept();
            _mask = TestData.Tensor(kept, mask.Lengths);
            int[] own = normalizer.PlacesInMask(lengths, mask.Lengths);
            for (int i = 0; i < X.Length; i++)
            {
                if (!kept[own[i]])
                {
                    _sets[i] = -1;
                    X[i] = Garbage[i % Garbage.Length];
                    Gradient[i] = Garbage[i % 3];
                }
            }
        }
    }

    public Layer Layer { get; }

    /// <summary>The input, with garbage where the mask leaves elements out.</summary>
    public float[] X { get; }

    /// <summary>The output gradient, likewise.</summary>
    public float[] Gradient { get; }

    public float[] Forward(Pass pass = Pass.Training) =>
        [.. Normalizer.Forward(Layer, TestData.Tensor(X, _lengths), _mask, pass)];

    public float[] Backward() => [.. Layer.Backward(TestData.Tensor(Gradient, _lengths))];

    /// <summary>A forward and a backward pass in training and in inference, against the reference.</summary>
    public NormalizerErrors CompareWithReference()
    {
        SetNormalizationReference reference = Reference(null);
        double[] x = Clean(X), dy = Clean(Gradient);
        NormalizerErrors errors = Compare(reference, x, dy, Pass.Training);
        if (Normalizer.RunningOf(Layer) is not { } running)
        {
            return errors with { Inference = ErrorOf(Forward(Pass.Inference), reference.Forward(x)) };
        }

        (double[] mean, double[] spread) = FirstRunning((int)running.Mean.FlattenedLength, reference.Statistics(x));
        double[] runningMean = [.. running.Mean], runningSpread = [.. Normalizer.SpreadOf(running)];
        double runningError = Math.Max(Closeness.Error(runningMean, mean), Closeness.Error(runningSpread, spread));
        double[] variance = KeepsDeviation ? [.. runningSpread.Select(deviation => deviation * deviation - _epsilon)] : runningSpread;
        SetNormalizationReference inference = Reference(
            [.. Enumerable.Range(0, _sets.Max() + 1).Select(set => (runningMean[set % mean.Length], variance[set % mean.Length]))]);
        NormalizerErrors ofInference = Compare(inference, x, dy, Pass.Inference);
        return new(
            errors.Forward,
            Math.Max(errors.InputGradient, ofInference.InputGradient),
            Math.Max(errors.ParameterGradients, ofInference.ParameterGradients),
            ofInference.Forward,
            runningError);
    }

    /// <summary>Whether what runs is √(σ² + ε).</summary>
    private bool KeepsDeviation => _normalizer.Limits is not null;

    private NormalizerErrors Compare(SetNormalizationReference reference, double[] x, double[] dy, Pass pass)
    {
        foreach (Parameter parameter in Layer.Parameters)
        {
            parameter.ZeroGradient();
        }

        double forward = ErrorOf(Forward(pass), reference.Forward(x));
        (double[] input, double[] weight, double[] bias, double largest) = reference.Backward(x, dy);
        double backward = ErrorOf(Backward(), input, largest);
        return new(forward, backward, Layer.Parameters.Select(ErrorOfParameter).DefaultIfEmpty().Max());

        double ErrorOfParameter(Parameter parameter) =>
            RelativeError(parameter.Gradients, parameter.Name == "weight" ? weight : bias);
    }

    private SetNormalizationReference Reference((double, double)[]? constants) =>
        new(_sets, _weights, Values("weight"), Values("bias"), _epsilon, _normalizer.SubtractsMean)
        {
            Constants = constants,
            Correction = _normalizer.Limits is (double rMax, double dMax)
                ? (mean, deviation) => (Math.Clamp(deviation, 1 / rMax, rMax), Math.Clamp(mean, -dMax, dMax))
                : null,
        };

    private double[]? Values(string name) =>
        Layer.Parameters.FirstOrDefault(parameter => parameter.Name == name) is { } parameter ? TestData.Widen(parameter.Values) : null;

    /// <summary>What running statistics are after their first batch, with a weight of 0.1, from mean 0 and spread 1.</summary>
    private (double[] Mean, double[] Spread) FirstRunning(int channels, (int Count, double Mean, double Variance)[] sets)
    {
        double[] mean = new double[channels], spread = [.. Enumerable.Repeat(1.0, channels)];
        foreach ((int Count, double Mean, double Variance)[] taken in sets.Chunk(_normalizer.UpdatesBySet ? channels : sets.Length))
        {
            for (int c = 0; c < channels; c++)
            {
                mean[c] = 0.9 * mean[c] + 0.1 * OfChannel(taken, channels, c).Average(set => set.Mean);
                spread[c] = 0.9 * spread[c] + 0.1 * OfChannel(taken, channels, c).Average(set =>
                    KeepsDeviation ? Math.Sqrt(set.Variance + _epsilon) : set.Variance * set.Count / (set.Count - 1));
            }
        }

        return (mean, spread);
    }

    private static IEnumerable<(int Count, double Mean, double Variance)> OfChannel(
        (int Count, double Mean, double Variance)[] sets, int channels, int channel) =>
        sets.Where((_, set) => set % channels == channel);

    private double[] Clean(float[] values) => [.. values.Select((value, i) => _sets[i] < 0 ? 0.0 : value)];

    /// <summary>What is left out must be 0, not nearly so.</summary>
    private double ErrorOf(float[] actual, double[] expected, double? scale = null) =>
        actual.Where((value, i) => _sets[i] < 0 && value != 0).Any()
            ? double.PositiveInfinity
            : RelativeError(actual, expected, scale);

    /// <summary>Relative to the largest number expected, or to the smallest that single precision holds in full.</summary>
    private static double RelativeError(ReadOnlySpan<float> actual, double[] expected, double? scale = null)
    {
        double largest = scale ?? expected.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty().Max();
        return Closeness.Error(TestData.Widen(actual), expected, Math.Max(largest, SmallestNormal));
    }
}

/// <summary>
/// The largest errors of a run, each relative to the largest number expected; those of the gradient to the largest of its terms.
/// </summary>
internal readonly record struct NormalizerErrors(
    double Forward, double InputGradient, double ParameterGradients, double Inference = 0, double RunningStatistics = 0)
{
    public static NormalizerErrors Largest(IEnumerable<NormalizerErrors> errors) => errors.Aggregate((a, b) => new(
        Math.Max(a.Forward, b.Forward),
        Math.Max(a.InputGradient, b.InputGradient),
        Math.Max(a.ParameterGradients, b.ParameterGradients),
        Math.Max(a.Inference, b.Inference),
        Math.Max(a.RunningStatistics, b.RunningStatistics)));

    public void AssertTolerated(Normalizer normalizer, string what) => AssertTolerated($"{normalizer} {what}", normalizer.InParts);

    public void AssertTolerated(string what, bool inParts = false)
    {
        AssertWithin(Forward, Tolerances.Forward, "output");
        AssertWithin(InputGradient, Tolerances.InputGradient, "input gradient");
        AssertWithin(ParameterGradients, inParts ? Tolerances.SumOfParts : Tolerances.RoundedOnce, "gradients of parameters");
        AssertWithin(Inference, Tolerances.Forward, "output of inference");
        AssertWithin(RunningStatistics, inParts ? Tolerances.CancellingSums : Tolerances.DoubleSums, "running statistics");

        void AssertWithin(double error, double tolerance, string part) =>
            Assert.True(
                error <= tolerance, FormattableString.Invariant($"{what}: {part} is off by {error:g3}; {tolerance:g3} is tolerated."));
    }
}

/// <summary>A mask: its lengths, and which of its elements keep.</summary>
internal sealed record MaskOf(string Name, nint[] Lengths, Func<int, bool> Keeps)
{
    public bool[] Kept() => [.. Enumerable.Range(0, Normalizer.Product(Lengths)).Select(Keeps)];

    /// <summary>Whether a normalizer takes this mask.</summary>
    public bool Fits(Normalizer normalizer) => Kept().Count(kept => kept) >= normalizer.MinKept;

    /// <summary>Masks of these lengths, by kind.</summary>
    public static IEnumerable<MaskOf> Kinds(nint[] lengths)
    {
        int perSample = Normalizer.Product(lengths[1..]), samples = (int)lengths[0];
        float[] random = TestData.Uniform(samples * perSample, seed: 7);
        return
        [
            new("random", lengths, i => random[i] < 0.3f),
            new("padding", lengths, i => i % perSample <= i / perSample * 7 % perSample),
            new("a sample left out", lengths, i => i / perSample != samples - 1),
            new("one place of each sample", lengths, i => i % perSample == i / perSample * 5 % perSample),
            new("one place", lengths, i => i == samples * perSample / 2),
            new("everything", lengths, _ => true),
            new("nothing", lengths, _ => false),
        ];
    }

    public override string ToString() => $"mask {Name} [{string.Join(", ", Lengths)}]";
}
