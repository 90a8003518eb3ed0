using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Numerics;

var dropout = new Dropout(0.5, new RandomSource(0));
var layer = new BatchNorm(1, new() { RunningAverage = RunningAverage.Cumulative });
Tensor<float> x = Tensor.CreateFromShape<float>([4096, 1]);
new RandomSource(1).Next().FillNormal(x.Elements(), mean: 0, standardDeviation: 1);
for (int step = 0; step < 20; step++)
{
    layer.Forward(dropout.Forward(x, Pass.Training), Pass.Training);
}

double running = layer.RunningStatistics!.Variance[0];
double inference = x.Elements().ToArray().Average(value => value * value);
Console.WriteLine($"running variance: {running:F3}");
Console.WriteLine($"variance in inference: {inference:F3}, {inference / running:F3} of it");
