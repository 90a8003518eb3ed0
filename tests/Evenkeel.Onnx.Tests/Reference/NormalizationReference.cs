namespace Evenkeel.Onnx.Tests.Reference;

/// <summary>Normalizations, with means and variances in two passes.</summary>
internal static class NormalizationReference
{
    public static NdArray Batch(NdArray x, NdArray scale, NdArray bias, NdArray mean, NdArray variance, double epsilon) =>
        NdArray.Of(x.Lengths, index => (x[index] - mean[index[1]]) / Math.Sqrt(variance[index[1]] + epsilon) * scale[index[1]]
            + bias[index[1]]);

    /// <summary>Normalizes groups of channels; scale and bias have a number for each channel, or for each group.</summary>
    public static NdArray Group(NdArray x, int groups, NdArray scale, NdArray bias, double epsilon)
    {
        int perGroup = x.Lengths[1] / groups;
        NdArray normalized = Normalize(x, index => (index[0], index[1] / perGroup), epsilon);
        return NdArray.Of(x.Lengths, index => normalized[index] * At(scale, index[1]) + At(bias, index[1]));

        double At(NdArray parameter, int channel) => parameter[channel / (x.Lengths[1] / parameter.Lengths[0])];
    }

    /// <summary>Normalizes rows over the axes from the given one on.</summary>
    public static NdArray Layer(NdArray x, int axis, NdArray scale, NdArray? bias, double epsilon)
    {
        NdArray y = BroadcastReference.Multiply(Normalize(x, index => Row(index, axis), epsilon), scale);
        return bias is null ? y : BroadcastReference.Add(y, bias);
    }

    /// <summary>Divides rows by their root mean square over the axes from the given one on.</summary>
    public static NdArray RootMeanSquare(NdArray x, int axis, NdArray scale, double epsilon)
    {
        Dictionary<string, double> squares = Means(x.Map(value => value * value), index => Row(index, axis));
        return BroadcastReference.Multiply(
            NdArray.Of(x.Lengths, index => x[index] / Math.Sqrt(squares[Row(index, axis)] + epsilon)), scale);
    }

    private static string Row(int[] index, int axis) => string.Join(',', index[..axis]);

    private static NdArray Normalize<TSet>(NdArray x, Func<int[], TSet> setOf, double epsilon)
        where TSet : notnull
    {
        Dictionary<TSet, double> means = Means(x, setOf);
        var deviations = NdArray.Of(x.Lengths, index => x[index] - means[setOf(index)]);
        Dictionary<TSet, double> variances = Means(deviations.Map(value => value * value), setOf);
        return NdArray.Of(x.Lengths, index => deviations[index] / Math.Sqrt(variances[setOf(index)] + epsilon));
    }

    private static Dictionary<TSet, double> Means<TSet>(NdArray x, Func<int[], TSet> setOf)
        where TSet : notnull =>
        NdArray.Indices(x.Lengths).GroupBy(setOf).ToDictionary(set => set.Key, set => set.Average(index => x[index]));
}
