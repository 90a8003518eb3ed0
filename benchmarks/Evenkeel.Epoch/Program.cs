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

// Evenkeel.Epoch FOLDER EPOCHS THREADS: trains 784-100-10 with batch normalization on the first 20,000 digits of a folder in MNIST's
// format, and prints the instruction set, the seconds of each epoch and a hash of the weights after the fourth.
const int Digits = 20_000;
const int HashedEpoch = 4;
var options = new FitOptions { Epochs = int.Parse(args[1], CultureInfo.InvariantCulture), BatchSize = 100 };
Parallelism.Threads = int.Parse(args[2], CultureInfo.InvariantCulture);
Console.WriteLine($"instruction set: {Hardware.InstructionSet}{(Hardware.HasFusedMultiplyAdd ? "" : ", emulated FMA")}");

Dataset<int> all = IdxImages.LoadFolder(args[0]).Train;
nint[] lengths = [Digits, .. all.Inputs.Lengths[1..]];
var digits = new Dataset<int>(
    Tensor.Create(all.Inputs.ToArray()[..(int)TensorPrimitives.Product<nint>(lengths)], lengths),
    Tensor.Create(all.Targets.ToArray()[..Digits]));
var random = new RandomSource(seed: 0);
var network = new Sequential(
    new Flatten(),
    new Linear(784, 100, random, bias: false), new BatchNorm(100), new Relu(),
    new Linear(100, 10, random));
var trainer = new Trainer<int>(network, new SoftmaxCrossEntropy(), new Sgd(learningRate: 0.1));
long start = Stopwatch.GetTimestamp();
foreach (EpochResult epoch in trainer.Epochs(digits, options))
{
    double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
    Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"seconds: {seconds:f3}"));
    if (epoch.Number == HashedEpoch)
    {
        float[] weights = [.. network.Parameters.SelectMany(parameter => parameter.Value)];
        Console.WriteLine($"weights: {Convert.ToHexStringLower(SHA256.HashData(MemoryMarshal.AsBytes<float>(weights)))[..16]}");
    }

    start = Stopwatch.GetTimestamp();
}
