using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tests.Reference;

namespace Evenkeel.Tests.Accuracy;

/// <summary>
/// Numbers for a normalizer, what it makes of them, and how far that is from exact: a training step, and where running statistics are
/// kept, these after one batch that counts wholly, and inference by them.
/// </summary>
internal sealed class NormalizationProblem
{
    private const double Epsilon = 1e-5;

    private readonly nint[] _lengths;
    private readonly int[] _sets;
    private readonly int[] _weights;
    private readonly Dictionary<Quantity, (double[] Exact, double[] LargestTerms)> _expected = [];

    /// <summary>Makes the numbers, and solves the problem in double precision.</summary>
    /// <param name="lengths">The lengths of the input.</param>
    /// <param name="sets">The set of each element.</param>
    /// <param name="weights">The number of each element's γ and β.</param>
    /// <param name="input">What kind of numbers.</param>
    /// <param name="runs">Whether there are running statistics.</param>
    public NormalizationProblem(nint[] lengths, int[] sets, int[] weights, HardInput input, bool runs)
    {
        (_lengths, _sets, _weights) = (lengths, sets, weights);
        var random = new RandomSource(seed: 7);
        X = input.Values(sets, random.Next());
        Gradient = HardInput.Normal.Values(sets, random.Next());
        int parameters = weights.Max() + 1;
        Gamma = new float[parameters];
        Beta = new float[parameters];
        random.Next().FillUniform(Gamma, 0.5f, 1.5f);
        random.Next().FillUniform(Beta, -1, 1);
        for (int i = 1; i < parameters; i += 2)
        {
            Beta[i] = 0; // nothing for small deviations to vanish beside
        }

        Solve(runs);
    }

    public float[] X { get; }

    /// <summary>The output gradient.</summary>
    public float[] Gradient { get; }

    public float[] Gamma { get; }

    public float[] Beta { get; }

    public IEnumerable<Quantity> Quantities => _expected.Keys;

    /// <summary>The errors of a layer, which has to have this problem's ε, and weight 1 for a new batch.</summary>
    public Dictionary<Quantity, UlpErrors> Errors(Layer layer)
    {
        Tensor<float> x = Tensor.Create(X, _lengths), dy = Tensor.Create(Gradient, _lengths);
        new ReadOnlyTensorSpan<float>(Gamma).CopyTo(layer.Parameters[0].Value.AsTensorSpan());
        new ReadOnlyTensorSpan<float>(Beta).CopyTo(layer.Parameters[1].Value.AsTensorSpan());
        var errors = new Dictionary<Quantity, UlpErrors>();
        errors[Quantity.Output] = Errors(Quantity.Output, layer.Forward(x, Pass.Training));
        errors[Quantity.InputGradient] = Errors(Quantity.InputGradient, layer.Backward(dy));
        errors[Quantity.WeightGradient] = Errors(Quantity.WeightGradient, layer.Parameters[0].Gradient);
        errors[Quantity.BiasGradient] = Errors(Quantity.BiasGradient, layer.Parameters[1].Gradient);
        if (layer is RunningNormalization { RunningStatistics: RunningStatistics running })
        {
            errors[Quantity.RunningMean] = Errors(Quantity.RunningMean, running.Mean);
            errors[Quantity.RunningVariance] = Errors(Quantity.RunningVariance, running.Variance);
            errors[Quantity.Inference] = Errors(Quantity.Inference, layer.Forward(x, Pass.Inference));
        }

        return errors;
    }

    /// <summary>The errors of one result.</summary>
    public UlpErrors Errors<T>(Quantity quantity, IEnumerable<T> actual)
        where T : System.Numerics.INumber<T> =>
        UlpErrors.Of([.. actual.Select(double.CreateChecked)], _expected[quantity].Exact, _expected[quantity].LargestTerms);

    private void Solve(bool runs)
    {
        double[] x = Array.ConvertAll(X, value => (double)value), dy = Array.ConvertAll(Gradient, value => (double)value);
        double[] gamma = Array.ConvertAll(Gamma, value => (double)value), beta = Array.ConvertAll(Beta, value => (double)value);
        var reference = new SetNormalizationReference(_sets, _weights, gamma, beta, Epsilon);
        (double[] dx, double[] weight, double[] bias, _) = reference.Backward(x, dy);
        (double[] ofOutput, double[] ofInput, double[] ofWeight, double[] ofBias) = reference.LargestTerms(x, dy);
        _expected[Quantity.Output] = (reference.Forward(x), ofOutput);
        _expected[Quantity.InputGradient] = (dx, ofInput);
        _expected[Quantity.WeightGradient] = (weight, ofWeight);
        _expected[Quantity.BiasGradient] = (bias, ofBias);
        if (runs)
        {
            SolveRunning(reference, x, dy, gamma, beta);
        }
    }

    /// <summary>Of a channel, the mean over its sets of the means, and of the sample variances.</summary>
    private void SolveRunning(SetNormalizationReference reference, double[] x, double[] dy, double[] gamma, double[] beta)
    {
        (int Count, double Mean, double Variance)[] statistics = reference.Statistics(x);
        double[] mean = new double[gamma.Length], variance = new double[gamma.Length], largest = new double[gamma.Length];
        double sets = (double)statistics.Length / gamma.Length;
        var seen = new bool[statistics.Length];
        for (int i = 0; i < x.Length; i++)
        {
            (int count, double ofSet, double varianceOfSet) = statistics[_sets[i]];
            largest[_weights[i]] = Math.Max(largest[_weights[i]], Math.Abs(x[i]) / count / sets);
            if (!seen[_sets[i]])
            {
                seen[_sets[i]] = true;
                mean[_weights[i]] += ofSet / sets;
                variance[_weights[i]] += varianceOfSet * count / (count - 1) / sets;
            }
        }

        _expected[Quantity.RunningMean] = (mean, largest);
        _expected[Quantity.RunningVariance] = (variance, variance);
        var inference = new SetNormalizationReference(_weights, _weights, gamma, beta, Epsilon)
        {
            Constants = [.. mean.Zip(variance)],
        };
        _expected[Quantity.Inference] = (inference.Forward(x), inference.LargestTerms(x, dy).Output);
    }
}
