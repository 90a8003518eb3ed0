using System.Numerics.Tensors;
using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Training;

ImageClassificationData digits = IdxImages.LoadFolder("data/mnist");
var random = new RandomSource(0);
BatchNorm first = new(64), second = new(64);
var network = new Sequential(
    new Flatten(),
    new Linear(28 * 28, 64, random, bias: false), first, new Relu(),
    new Linear(64, 64, random, bias: false), second, new Relu(),
    new Linear(64, 10, random));
var trainer = new Trainer<int>(network, new SoftmaxCrossEntropy(), new Sgd(0.05));
for (int start = 0; start < 12_000; start += 60)
{
    Dataset<int> batch = digits.Train.Slice(start, 60);
    trainer.Step(batch.Inputs, batch.Targets);
}

foreach (BatchNorm layer in new[] { first, second })
{
    layer.Source = StatisticsSource.Batch;
    layer.Update = StatisticsUpdate.Never;
}

Console.WriteLine($"among 15 others: {FirstOutput(100):F4}");
Console.WriteLine($"among 15 different ones: {FirstOutput(400):F4}");

float FirstOutput(int start)
{
    float[] pixels = [.. digits.Test.Take(1).Inputs.Elements(), .. digits.Test.Slice(start + 1, 15).Inputs.Elements()];
    return network.Predict(Tensor.Create(pixels, [16, .. digits.Test.SampleShape])).Elements()[0];
}
