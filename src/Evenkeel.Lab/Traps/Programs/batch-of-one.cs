using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Numerics;

try
{
    new BatchNorm(3).Forward(Tensor.Create([1f, 2, 3], [1, 3]), Pass.Training);
}
catch (ArgumentException e)
{
    Console.WriteLine($"a dense layer: {e.Message}");
}

Tensor<float> y = new BatchNorm(1).Forward(Tensor.Create([1f, 2, 3, 4], [1, 1, 2, 2]), Pass.Training);
Console.WriteLine($"an image: {string.Join(", ", y.Elements().ToArray())}");
