using System.Numerics.Tensors;
using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Training;

const int Images = 12_000, BatchSize = 60;
ImageClassificationData digits = IdxImages.LoadFolder("data/mnist");
Dataset<int> mixed = digits.Train.Take(Images), sorted = OfTwoDigits(mixed), test = digits.Test.Take(1000);
Console.WriteLine($"batch normalization, mixed batches: {Accuracy(mixed, normalize: true):F3}");
Console.WriteLine($"batch normalization, batches of two digits: {Accuracy(sorted, normalize: true):F3}");
Console.WriteLine($"without, batches of two digits: {Accuracy(sorted, normalize: false):F3}");

double? Accuracy(Dataset<int> train, bool normalize)
{
    var random = new RandomSource(0);
    List<Layer> layers = [new Flatten()];
    int width = 28 * 28;
    for (int i = 0; i < 2; i++)
    {
        layers.Add(new Linear(width, 64, random, bias: !normalize));
        if (normalize)
        {
            layers.Add(new BatchNorm(64));
        }

        layers.Add(new Relu());
        width = 64;
    }

    layers.Add(new Linear(width, 10, random));
    var trainer = new Trainer<int>(new Sequential(layers), new SoftmaxCrossEntropy(), new Sgd(0.05));
    for (int start = 0; start + BatchSize <= train.Count; start += BatchSize)
    {
        Dataset<int> batch = train.Slice(start, BatchSize);
        trainer.Step(batch.Inputs, batch.Targets);
    }

    return trainer.Evaluate(test).Accuracy;
}

// Batches of two digits each, in random order.
Dataset<int> OfTwoDigits(Dataset<int> data)
{
    int[] labels = [.. data.Targets];
    int[][] batches = [.. Enumerable.Range(0, data.Count).GroupBy(i => labels[i] / 2)
        .SelectMany(pair => pair.Chunk(BatchSize)).Where(batch => batch.Length == BatchSize)];
    new Random(0).Shuffle(batches);
    int[] order = [.. batches.SelectMany(batch => batch)];
    float[] pixels = [.. order.SelectMany(i => data.Slice(i, 1).Inputs.Elements().ToArray())];
    return new Dataset<int>(
        Tensor.Create(pixels, [order.Length, .. data.SampleShape]), Tensor.Create([.. order.Select(i => labels[i])], [order.Length]));
}
