using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Networks;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Channels;
using Evenkeel.Numerics.Columns;
using static System.FormattableString;

namespace Evenkeel.Scaling;

/// <summary>Folds a fitted scaler into the linear layer or convolution behind it, so that the network takes raw features.</summary>
/// <remarks>
/// <para>
/// Per column, a scaler computes (x − center)/scale + shift. With W′ = W/scale, W·((x − center)/scale + shift) + b = W′·x + b′, where
/// b′ = b + W·shift − W′·center. All is computed in double precision; b′ from the rounded W′, so that their rounding errors are
/// multiplied by x − center only.
/// </para>
/// <para>
/// For a convolution, a column is a channel of its input, and the sums in b′ run over the kernel too. Padding adds zeros to the scaled
/// image; folded, it would add them to the raw image. A convolution with padding therefore takes only a scaler that maps 0 to 0, such
/// as <see cref="MaxAbsScaler"/> or <see cref="UnitVarianceScaler"/>.
/// </para>
/// <para>
/// The layer's inputs and weights are in single precision: if |center|/scale is large, W′·x and b′ are large and nearly cancel, and the
/// relative error of the outputs is about 10⁻⁷·|center|/scale; <see cref="Compare"/> measures it. A scaler is rejected if its center
/// is so far from zero that single precision does not distinguish the values of the column.
/// </para>
/// </remarks>
public static class ScalerFolding
{
    /// <summary>The largest |center|/scale for which folding adds an error of about 10⁻⁶ of the outputs at most.</summary>
    private const double MaxCenter = 16;

    /// <summary>Returns a linear layer that maps raw features as the given one maps scaled ones.</summary>
    /// <param name="scaler">The scaler: fitted, affine, without clipping.</param>
    /// <param name="linear">The layer behind it, with an input per column of the scaler; it is not changed.</param>
    /// <returns>A layer with a bias, even if the given one has none.</returns>
    /// <exception cref="ArgumentException">The scaler is not fitted, or has another number of columns.</exception>
    /// <exception cref="ArgumentException">The scaler does not map every column affinely.</exception>
    /// <exception cref="ArgumentException">A column is too far from zero for its spread.</exception>
    /// <exception cref="ArgumentException">Weights overflow single precision.</exception>
    public static Linear Fold(Scaler scaler, Linear linear)
    {
        ArgumentNullException.ThrowIfNull(scaler);
        ArgumentNullException.ThrowIfNull(linear);
        ColumnMaps maps = Maps(scaler, linear.Inputs);
        var folded = new Linear(linear.Inputs, linear.Outputs, bias: true);
        Fold(maps, linear.Weight.Values, linear.Bias is null ? [] : linear.Bias.Values, folded.Weight.Values, folded.Bias!.Values);
        RefuseOverflow(scaler, folded.Weight, folded.Bias);
        return folded;
    }

    /// <summary>Returns a convolution that maps raw images as the given one maps scaled ones.</summary>
    /// <param name="scaler">The scaler: fitted with a column per channel, affine, without clipping.</param>
    /// <param name="convolution">The convolution behind it, with an input channel per column of the scaler; it is not changed.</param>
    /// <returns>A convolution with a bias, even if the given one has none.</returns>
    /// <exception cref="ArgumentException">The scaler is not fitted, or has another number of columns.</exception>
    /// <exception cref="ArgumentException">The scaler does not map every column affinely.</exception>
    /// <exception cref="ArgumentException">The convolution has padding, and the scaler does not map 0 to 0.</exception>
    /// <exception cref="ArgumentException">A column is too far from zero for its spread.</exception>
    /// <exception cref="ArgumentException">Weights overflow single precision.</exception>
    public static Conv2d Fold(Scaler scaler, Conv2d convolution)
    {
        ArgumentNullException.ThrowIfNull(scaler);
        ArgumentNullException.ThrowIfNull(convolution);
        ColumnMaps maps = Maps(scaler, convolution.Inputs);
        if (convolution.Options.Padding != 0)
        {
            RefuseShift(scaler, maps);
        }

        var folded = new Conv2d(convolution.Inputs, convolution.Outputs, convolution.Kernel, convolution.Options with { Bias = true });
        int groups = convolution.Options.Groups, taps = convolution.Kernel.Height * convolution.Kernel.Width;
        int inputs = convolution.Inputs / groups, outputs = convolution.Outputs / groups, weights = convolution.Weight.Length / groups;
        for (int g = 0; g < groups; g++)
        {
            Fold(
                maps.Slice(g * inputs, inputs).Repeat(taps),
                convolution.Weight.Values.Slice(g * weights, weights),
                convolution.Bias is null ? [] : convolution.Bias.Values.Slice(g * outputs, outputs),
                folded.Weight.Values.Slice(g * weights, weights),
                folded.Bias!.Values.Slice(g * outputs, outputs));
        }

        RefuseOverflow(scaler, folded.Weight, folded.Bias!);
        return folded;
    }

    /// <summary>Returns a network that maps raw features as the given one maps scaled ones.</summary>
    /// <param name="scaler">The scaler: fitted, affine, without clipping.</param>
    /// <param name="network">
    /// The network, which begins with a <see cref="Linear"/> or a <see cref="Conv2d"/>. It is not changed; the result has its other
    /// layers, as the same objects.
    /// </param>
    /// <exception cref="ArgumentException">The network begins with another layer.</exception>
    /// <exception cref="ArgumentException">The scaler cannot be folded into the first layer.</exception>
    public static Sequential Fold(Scaler scaler, Sequential network)
    {
        ArgumentNullException.ThrowIfNull(network);
        Layer first = network.Layers[0] switch
        {
            Linear linear => Fold(scaler, linear),
            Conv2d convolution => Fold(scaler, convolution),
            Sequential inner => Fold(scaler, inner),
            Layer other => throw new ArgumentException(
                $"The network begins with a {other.GetType().Name}; a scaler folds into a {nameof(Linear)} or a {nameof(Conv2d)}.",
                nameof(network)),
        };
        return network.WithLayers([(0, first), .. network.Layers.Index().Skip(1)]);
    }

    /// <summary>Folds where that costs little accuracy; null where it costs more, or the layer does not take the scaler.</summary>
    internal static Layer? FoldIfAccurate(Scaler scaler, Layer? layer)
    {
        int inputs = layer switch { Linear linear => linear.Inputs, Conv2d convolution => convolution.Inputs, _ => 0 };
        if (inputs != scaler.Columns)
        {
            return null;
        }

        ColumnMaps maps = Maps(scaler, inputs);
        return maps.Centers.Zip(maps.Scales).Any(column => Math.Abs(column.First) > MaxCenter * column.Second) ? null : layer switch
        {
            Linear linear => Fold(scaler, linear),
            Conv2d convolution when convolution.Options.Padding == 0 || maps.FirstThatMovesZero() < 0 => Fold(scaler, convolution),
            _ => null,
        };
    }

    /// <summary>Compares the outputs of a network and of its folded form, in inference.</summary>
    /// <param name="scaler">The scaler.</param>
    /// <param name="network">The network, or the layer, that takes scaled features.</param>
    /// <param name="folded">The folded network, which takes raw features.</param>
    /// <param name="features">Raw features [N, inputs], or images with the channel axis of the network's convolution.</param>
    /// <returns>The largest |difference| of two outputs, and the largest |output|, both in the unit of the outputs.</returns>
    /// <exception cref="ArgumentException">The features do not fit the scaler.</exception>
    /// <exception cref="ArgumentException">The outputs have different shapes.</exception>
    public static (double LargestDifference, double LargestOutput) Compare(
        Scaler scaler, Layer network, Layer folded, Tensor<float> features)
    {
        ArgumentNullException.ThrowIfNull(scaler);
        ArgumentNullException.ThrowIfNull(network);
        return Folding.Compare(new Scaled(scaler, network), folded, features);
    }

    /// <summary>Folds into rows of weights, each with one weight per column.</summary>
    private static void Fold(
        ColumnMaps maps, ReadOnlySpan<float> weights, ReadOnlySpan<float> biases, Span<float> foldedWeights, Span<float> foldedBiases)
    {
        int columns = maps.Centers.Length, rows = foldedBiases.Length;
        double[] zeros = new double[columns], shifted = new double[rows], centered = new double[rows];
        ColumnAffine.Apply(weights, new ChannelView(rows, columns, 1), new ColumnMap(zeros, maps.Scales, zeros), null, foldedWeights);
        RowProducts.Compute(weights, maps.Shifts, shifted);
        RowProducts.Compute(foldedWeights, maps.Centers, centered);
        for (int o = 0; o < rows; o++)
        {
            foldedBiases[o] = (float)((biases.IsEmpty ? 0 : biases[o]) + shifted[o] - centered[o]);
        }
    }

    private static void RefuseOverflow(Scaler scaler, Parameter weight, Parameter bias)
    {
        if (FirstInfinity.IndexIn<float>(weight.Values) >= 0 || FirstInfinity.IndexIn<float>(bias.Values) >= 0)
        {
            throw new ArgumentException(
                $"The scales of this {scaler.GetType().Name} are too small, or its centers too large, for weights in single precision.",
                nameof(scaler));
        }
    }

    private static void RefuseShift(Scaler scaler, ColumnMaps maps)
    {
        if (maps.FirstThatMovesZero() is >= 0 and var column)
        {
            double image = maps.Shifts[column] - maps.Centers[column] / maps.Scales[column];
            throw new ArgumentException(
                Invariant($"This {scaler.GetType().Name} maps 0 to {image} in column {column}, but the convolution pads scaled images ")
                + "with zeros, which padding of raw images cannot reproduce. Use a scaler that maps 0 to 0, or no padding.",
                nameof(scaler));
        }
    }

    /// <summary>The map of each column of a fitted, affine scaler.</summary>
    internal static ColumnMaps Maps(Scaler scaler, int inputs, string reader = "layer")
    {
        if (scaler.Columns != inputs || !scaler.IsComplete)
        {
            string state = !scaler.IsComplete ? "is not fitted" : Invariant($"has {scaler.Columns} columns");
            throw new ArgumentException(Invariant($"The scaler {state}; the {reader} has {inputs} inputs."), nameof(scaler));
        }

        (double Center, double Scale, double Shift)[] maps = [.. Enumerable.Range(0, inputs).Select(c => AffineMap(scaler, c))];
        return new ColumnMaps(
            [.. maps.Select(map => map.Center)], [.. maps.Select(map => map.Scale)], [.. maps.Select(map => map.Shift)]);
    }

    private static (double Center, double Scale, double Shift) AffineMap(Scaler scaler, int column)
    {
        (double center, double scale, double shift) = scaler.AffineMap(column) ?? throw new ArgumentException(
            Invariant($"The map of column {column} by this {scaler.GetType().Name} is not affine: it clips, imputes, is not linear, or ")
            + "depends on other columns. A linear layer cannot compute it.",
            nameof(scaler));
        if (Math.ScaleB(Math.Abs(center), -24) > scale)
        {
            throw new ArgumentException(
                Invariant($"Column {column} has center {center} and scale {scale}: single precision does not distinguish its values. ")
                + "Scale it in double precision instead of folding.",
                nameof(scaler));
        }

        return (center, scale, shift);
    }

    /// <summary>The map of each column: (x − center)/scale + shift.</summary>
    internal sealed record ColumnMaps(double[] Centers, double[] Scales, double[] Shifts)
    {
        /// <summary>The first column whose map takes 0 to another number; −1 if there is none.</summary>
        public int FirstThatMovesZero()
        {
            int column = 0;
            while (column < Centers.Length && Centers[column] == Shifts[column] * Scales[column])
            {
                column++;
            }

            return column < Centers.Length ? column : -1;
        }

        public ColumnMaps Slice(int start, int count) =>
            new(Centers[start..(start + count)], Scales[start..(start + count)], Shifts[start..(start + count)]);

        /// <summary>Repeats each column a number of times in a row.</summary>
        public ColumnMaps Repeat(int times)
        {
            return new ColumnMaps(Repeated(Centers), Repeated(Scales), Repeated(Shifts));

            double[] Repeated(double[] values) => [.. values.SelectMany(value => Enumerable.Repeat(value, times))];
        }
    }

    /// <summary>A network with the scaler in front of it, for inference.</summary>
    private sealed class Scaled(Scaler scaler, Layer network) : Layer
    {
        protected override Tensor<float> ForwardCore(Tensor<float> input, Pass pass) =>
            network.Forward(input.Rank == 4 ? ScaledImages(input) : scaler.Transform(input), pass);

        protected override Tensor<float> BackwardCore(Tensor<float> outputGradient) => throw new NotSupportedException();

        private Tensor<float> ScaledImages(Tensor<float> images)
        {
            // Channel-last pixels are the rows of one table. Otherwise each image is a column-major table.
            var view = ChannelView.Of(images.Lengths, First(network) is Conv2d convolution ? convolution.Options.ChannelAxis : -1);
            (int tables, int rows) = view.Inner == 1 ? (1, view.Outer) : (view.Outer, view.Inner);
            ReadOnlySpan<nint> lengths = [rows, view.Channels];
            ReadOnlySpan<nint> strides = view.Inner == 1 ? [view.Channels, 1] : [1, rows];
            Tensor<float> scaled = Tensor.CreateFromShapeUninitialized<float>(images.Lengths);
            int length = rows * view.Channels;
            for (int i = 0; i < tables; i++)
            {
                scaler.Transform(
                    new ReadOnlyTensorSpan<float>(images.Elements().Slice(i * length, length), lengths, strides),
                    new TensorSpan<float>(scaled.Elements().Slice(i * length, length), lengths, strides));
            }

            return scaled;
        }

        private static Layer First(Layer layer) => layer is Sequential network ? First(network.Layers[0]) : layer;
    }
}
