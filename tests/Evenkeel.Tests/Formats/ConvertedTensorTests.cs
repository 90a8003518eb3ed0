using System.Numerics.Tensors;
using Evenkeel.Formats;
using Evenkeel.Tensors;

namespace Evenkeel.Tests.Formats;

public class ConvertedTensorTests
{
    private const int Many = 100_000; // more than are converted at once

    [Fact]
    public void Doubles_are_rounded_to_floats_in_files()
    {
        double[] values = [.. Enumerable.Range(0, Many).Select(i => 1.0 / (i + 1))];
        var source = StateTensor.Of("x", Tensor.Create(values, [10, Many / 10]));
        SafetensorsFile file = Written(new ConvertedTensor(source, DataType.Float32));
        Assert.Equal(DataType.Float32, file["x"].Type);
        Assert.Equal([10, Many / 10], file["x"].Lengths.ToArray());
        Assert.Equal(values.Select(value => (float)value), file["x"].Read<float>());
    }

    [Fact]
    public void Floats_become_doubles_and_a_converted_tensor_can_be_converted()
    {
        float[] values = [.. Enumerable.Range(0, Many).Select(i => i / 3f)];
        var wide = new ConvertedTensor(StateTensor.Of("x", Tensor.Create(values)), DataType.Float64);
        Assert.Equal(values.Select(value => (double)value), Written(wide)["x"].Read<double>());
        Assert.Equal(values, Written(new ConvertedTensor(wide, DataType.Float32).WithName("y"))["y"].Read<float>());
    }

    [Fact]
    public void Elements_come_in_parts()
    {
        long[] values = [.. Enumerable.Range(0, Many).Select(i => (long)i)];
        NamedTensor tensor = Written(StateTensor.Of("x", Tensor.Create(values)))["x"];
        var seen = new List<double>();
        tensor.ForEachElements<double>(part => seen.AddRange(part));
        Assert.Equal(values.Select(value => (double)value), seen);
    }

    private static SafetensorsFile Written(NamedTensor tensor)
    {
        var stream = new MemoryStream();
        Safetensors.Write(stream, [tensor]);
        stream.Position = 0;
        return Safetensors.Read(stream);
    }
}
