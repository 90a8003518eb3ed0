using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Numerics;

var layer = new BatchNorm(1);
layer.Bias!.Value[0] = 8;
Tensor<float> y = layer.Forward(Tensor.Create([3f, 3, 3, 3], [4, 1]), Pass.Training);
Tensor<float> dx = layer.Backward(Tensor.Create([1f, 0, 0, 0], [4, 1]));
Console.WriteLine($"y: {string.Join(", ", y.Elements().ToArray())}");
Console.WriteLine($"dx: {string.Join(", ", dx.Elements().ToArray())}");
