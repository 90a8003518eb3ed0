using System.Diagnostics;
using System.Globalization;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Training;

// Evenkeel.Epoch DATA EPOCHS [THREADS]: trains 784-100-10 with batch normalization on 20,000 digits of an MNIST folder, and prints the
// seconds of each epoch and a hash of the weights.
const int Digits = 20_000;
if (args.Length > 2)
{
    Parallelism.Threads = int.Parse(args[2], CultureInfo.InvariantCulture);
}

Dataset<int> all = IdxImages.LoadFolder(args[0]).Train;
var digits = new Dataset<int>(
    Tensor.Create(all.Inputs.ToArray()[..(Digits * 784)], [Digits, 784]), Tensor.Create(all.Targets.ToArray()[..Digits]));
var random = new RandomSource(seed: 0);
var network = new Sequential(
    new Linear(784, 100, random, bias: false), new BatchNorm(100), new Relu(),
    new Linear(100, 10, random));
var trainer = new Trainer<int>(network, new SoftmaxCrossEntropy(), new Sgd(learningRate: 0.1));
long start = Stopwatch.GetTimestamp();
foreach (EpochResult epoch in trainer.Epochs(
    digits, new FitOptions { Epochs = int.Parse(args[1], CultureInfo.InvariantCulture), BatchSize = 100 }))
{
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seconds {Stopwatch.GetElapsedTime(start).TotalSeconds:f3}"));
    start = Stopwatch.GetTimestamp();
}

float[] weights = [.. network.Parameters.SelectMany(parameter => parameter.Value)];
Console.WriteLine($"hash {Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<float>(weights)))[..16]}");
