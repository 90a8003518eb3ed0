using System.Globalization;
using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Networks;
using Evenkeel.Numerics;

namespace Evenkeel.Scaling;

/// <summary>Folds a fitted scaler into the linear layer that takes what it gives, so that the network takes raw features.</summary>
/// <remarks>
/// <para>
/// Per column, a scaler gives (x − center)/scale + shift. With W′ = W/scale, W·((x − center)/scale + shift) + b = W′·x + b′, where
/// b′ = b + W·shift − W′·center. All is computed in double precision; b′ with the W′ that are rounded already, so that
/// their rounding counts for what is away from the center only.
/// </para>
/// <para>
/// The layer's inputs and weights are in single precision: where |center|/scale is large, W′·x and b′ are large and nearly cancel,
/// and outputs are off by some 10⁻⁷·|center|/scale of their size, as <see cref="Compare"/> measures. Where the center is
/// so far from zero that single precision does not tell the column's values apart, the scaler is refused.
/// </para>
/// </remarks>
public static class ScalerFolding
{
    /// <summary>A linear layer that gives for raw features what the given one gives for scaled ones.</summary>
    /// <param name="scaler">The scaler, fitted; affine, and not one that clips.</param>
    /// <param name="linear">The layer behind it, with as many inputs as the scaler has columns; stays as it is.</param>
    /// <returns>A layer with a bias, whether the given one has one or not.</returns>
    /// <exception cref="ArgumentException">
    /// The scaler is not fitted, has another number of columns, or does not map every column affinely; a column is too far from zero
    /// for its spread; or weights are beyond single precision.
    /// </exception>
    public static Linear Fold(Scaler scaler, Linear linear)
    {
        ArgumentNullException.ThrowIfNull(scaler);
        ArgumentNullException.ThrowIfNull(linear);
        if (scaler.Columns != linear.Inputs)
        {
            throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"The scaler {(scaler.Columns == 0 ? "is not fitted" : $"has {scaler.Columns} columns")}; the layer has {linear.Inputs} inputs."),
                nameof(scaler));
        }

        (double Center, double Scale, double Shift)[] maps = [.. Enumerable.Range(0, linear.Inputs).Select(c => AffineMap(scaler, c))];
        double[] centers = [.. maps.Select(map => map.Center)], scales = [.. maps.Select(map => map.Scale)], shifts = [.. maps.Select(map => map.Shift)];
        double[] zeros = new double[maps.Length], shifted = new double[linear.Outputs], centered = new double[linear.Outputs];

        var folded = new Linear(linear.Inputs, linear.Outputs, bias: true);
        Span<float> weights = folded.Weight.Values, biases = folded.Bias!.Values;
        ColumnRescale.Apply(
            linear.Weight.Values, new ChannelView(linear.Outputs, linear.Inputs, 1), new ColumnMap(zeros, scales, zeros), null, weights);
        RowProducts.Compute(linear.Weight.Values, shifts, shifted);
        RowProducts.Compute(weights, centers, centered);
        for (int o = 0; o < biases.Length; o++)
        {
            biases[o] = (float)((linear.Bias is null ? 0 : linear.Bias.Values[o]) + shifted[o] - centered[o]);
        }

        if (FirstInfinity.IndexIn<float>(weights) >= 0 || FirstInfinity.IndexIn<float>(biases) >= 0)
        {
            throw new ArgumentException("The scaler's scales are too small, or its centers too large, for weights in single precision.", nameof(scaler));
        }

        return folded;
    }

    /// <summary>A network that gives for raw features what the given one gives for scaled ones.</summary>
    /// <param name="scaler">The scaler, fitted; affine, and not one that clips.</param>
    /// <param name="network">The network, which begins with a <see cref="Linear"/>. It stays as it is; the layers behind the first are the same objects in both.</param>
    /// <exception cref="ArgumentException">As for <see cref="Fold(Scaler, Linear)"/>, or the network begins with another layer.</exception>
    public static Sequential Fold(Scaler scaler, Sequential network)
    {
        ArgumentNullException.ThrowIfNull(network);
        Layer first = network.Layers[0] switch
        {
            Linear linear => Fold(scaler, linear),
            Sequential inner => Fold(scaler, inner),
            Layer other => throw new ArgumentException(
                $"The network begins with a {other.GetType().Name}; a scaler folds into a {nameof(Linear)}.", nameof(network)),
        };
        return new Sequential([first, .. network.Layers.Skip(1)]);
    }

    /// <summary>The largest difference between what a network gives for scaled features and the folded one for raw ones, in inference.</summary>
    /// <param name="scaler">The scaler.</param>
    /// <param name="network">The network, or the layer, that takes scaled features.</param>
    /// <param name="folded">The one that takes raw features.</param>
    /// <param name="features">Raw features, [N, in].</param>
    /// <returns>The largest |difference| of two outputs, and the largest |output| to compare it with.</returns>
    /// <exception cref="ArgumentException">The features do not fit the scaler, or the outputs have different shapes.</exception>
    public static (double LargestDifference, double LargestOutput) Compare(Scaler scaler, Layer network, Layer folded, Tensor<float> features)
    {
        ArgumentNullException.ThrowIfNull(scaler);
        ArgumentNullException.ThrowIfNull(network);
        return Folding.Compare(new Scaled(scaler, network), folded, features);
    }

    private static (double Center, double Scale, double Shift) AffineMap(Scaler scaler, int column)
    {
        (double center, double scale, double shift) = scaler.AffineMap(column) ?? throw new ArgumentException(
            string.Create(
                CultureInfo.InvariantCulture,
                $"What this {scaler.GetType().Name} does to column {column} is not affine (it clips, or is no linear function of that column alone); a linear layer cannot do it."),
            nameof(scaler));
        if (Math.ScaleB(Math.Abs(center), -24) > scale)
        {
            throw new ArgumentException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"Column {column} has center {center} and scale {scale}: single precision does not tell its values apart. Scale it in double precision, and do not fold."),
                nameof(scaler));
        }

        return (center, scale, shift);
    }

    /// <summary>A network with the scaler in front of it, for inference.</summary>
    private sealed class Scaled(Scaler scaler, Layer network) : Layer
    {
        public override Tensor<float> Forward(Tensor<float> input, Pass pass) => network.Forward(scaler.Transform(input), pass);

        public override Tensor<float> Backward(Tensor<float> outputGradient) => throw new NotSupportedException();
    }
}
