using System.Globalization;
using System.Numerics.Tensors;
using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Layers.Pooling;
using Evenkeel.Numerics;
using Evenkeel.Scaling;
using Evenkeel.Studies.Training;

namespace Evenkeel.Studies.Models;

/// <summary>Rows of numbers, each with a class.</summary>
/// <param name="Features">The numbers [rows, columns].</param>
/// <param name="Labels">The class of each row, from 0.</param>
internal sealed record LabelledTable(Tensor<double> Features, int[] Labels)
{
    /// <summary>The number of rows.</summary>
    public int Count => Labels.Length;

    /// <summary>The number of columns.</summary>
    public int Width => (int)Features.Lengths[1];

    /// <summary>The number of classes.</summary>
    public int Classes => Labels.Max() + 1;

    /// <summary>Reads an embedded CSV file whose last column is the class.</summary>
    public static LabelledTable OfResource(string name)
    {
        double[][] rows =
        [
            .. Resource.Text(name).Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1)
                .Select(line => line.Split(',').Select(cell => double.Parse(cell, CultureInfo.InvariantCulture)).ToArray()),
        ];
        return Of(rows.Select(row => row[..^1]), rows.Select(row => (int)row[^1]));
    }

    /// <summary>A row's numbers.</summary>
    public ReadOnlySpan<double> Row(int row) => Features.Elements().Slice(row * Width, Width);

    /// <summary>Copies rows, in their order.</summary>
    public LabelledTable Select(IEnumerable<int> rows)
    {
        int[] chosen = [.. rows];
        return Of(chosen.Select(row => Row(row).ToArray()), chosen.Select(row => Labels[row]));
    }

    /// <summary>Divides the rows at random into seven tenths to train on and the others to test on.</summary>
    public (LabelledTable Train, LabelledTable Test) Split(int seed)
    {
        int[] order = [.. Enumerable.Range(0, Count)];
        new RandomSource((ulong)seed).Next().Shuffle(order);
        int train = Count * 7 / 10;
        return (Select(order.Take(train)), Select(order.Skip(train)));
    }

    /// <summary>Copies the table, with a column's numbers in another order.</summary>
    public LabelledTable WithPermuted(int column, int[] order)
    {
        double[] numbers = Features.Elements().ToArray();
        for (int row = 0; row < Count; row++)
        {
            numbers[row * Width + column] = Row(order[row])[column];
        }

        return this with { Features = Tensor.Create(numbers, Features.Lengths) };
    }

    /// <summary>Scales the rows by a fitted scaler.</summary>
    public LabelledTable Scaled(Scaler scaler) => this with { Features = scaler.Transform(Features) };

    /// <summary>The first images, averaged down to about 14 pixels a side, as rows of pixels.</summary>
    public static LabelledTable OfImages(ImageClassificationData images, int count)
    {
        Dataset<int> first = images.Train.TakeUpTo(count);
        Tensor<float> pixels = new AveragePool2d(StudyNetworks.Pool(images), channelAxis: -1).Forward(first.Inputs, Pass.Inference);
        return new LabelledTable(
            Tensor.Create(
                [.. pixels.Elements().ToArray().Select(pixel => (double)pixel)], [first.Count, pixels.FlattenedLength / first.Count]),
            [.. first.Targets]);
    }

    private static LabelledTable Of(IEnumerable<double[]> rows, IEnumerable<int> labels)
    {
        double[][] all = [.. rows];
        return new LabelledTable(Tensor.Create([.. all.SelectMany(row => row)], [all.Length, all[0].Length]), [.. labels]);
    }
}
