using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Numerics;

var layer = new BatchNorm(2);
Tensor<float> y = layer.Forward(Tensor.Create([1f, 5, float.NaN, 6, 3, 8], [3, 2]), Pass.Training);
RunningStatistics running = layer.RunningStatistics!;
Console.WriteLine($"y: {string.Join(", ", y.Elements().ToArray())}");
Console.WriteLine($"running means: {running.Mean[0]}, {running.Mean[1]}");
Console.WriteLine($"batches skipped: {running.BatchesSkipped}");
