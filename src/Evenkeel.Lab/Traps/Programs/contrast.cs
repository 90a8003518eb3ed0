using System.Numerics.Tensors;
using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Training;

ImageClassificationData digits = IdxImages.LoadFolder("data/mnist");
Dataset<int> test = digits.Test.Take(1000), halved = new(Halved(test.Inputs), test.Targets);
var random = new RandomSource(0);
var network = new Sequential(
    new Flatten(),
    new Linear(28 * 28, 64, random, bias: false), new BatchNorm(64), new Relu(),
    new Linear(64, 64, random, bias: false), new BatchNorm(64), new Relu(),
    new Linear(64, 10, random));
var trainer = new Trainer<int>(network, new SoftmaxCrossEntropy(), new Sgd(0.05));
for (int start = 0; start < 12_000; start += 60)
{
    Dataset<int> batch = digits.Train.Slice(start, 60);
    trainer.Step(batch.Inputs, batch.Targets);
}

Console.WriteLine($"plain images: {trainer.Evaluate(test).Accuracy:F3}");
Console.WriteLine($"half the contrast: {trainer.Evaluate(halved).Accuracy:F3}");
Recalibration.Recalibrate(network, [Halved(digits.Train.Slice(12_000, 2000).Inputs)]);
Console.WriteLine($"half the contrast, recalibrated: {trainer.Evaluate(halved).Accuracy:F3}");

static Tensor<float> Halved(Tensor<float> images) => Tensor.Add(Tensor.Multiply(images, 0.5f), 0.25f);
