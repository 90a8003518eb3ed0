using System.Globalization;
using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Tests.Support;
using Xunit.Abstractions;

namespace Evenkeel.Tests.Golden;

/// <summary>
/// Compares results with those of PyTorch: the reference is PyTorch in double precision, and the report says how far
/// PyTorch itself is from it in single precision.
/// </summary>
internal sealed class GoldenComparison(ITestOutputHelper output)
{
    public void AssertClose(GoldenValues expected, string name, ReadOnlySpan<float> actual, double tolerance, double? scale = null) =>
        AssertClose(expected, name, TestData.Widen(actual), tolerance, scale);

    public void AssertClose(GoldenValues expected, string name, ReadOnlySpan<double> actual, double tolerance, double? scale = null)
    {
        double[] reference = expected[name].Doubles;
        double ours = Closeness.Error(actual, reference, scale);
        string line = string.Create(CultureInfo.InvariantCulture, $"{name}: error {ours:g2}");
        if (expected.SinglePrecision is { } single && single.Has(name))
        {
            double theirs = Closeness.Error(single[name].Doubles, reference, scale);
            line += string.Create(CultureInfo.InvariantCulture, $"; PyTorch's in float32 {theirs:g2}");
        }

        output.WriteLine(line);
        Closeness.AssertClose(reference, actual, tolerance, scale, name);
    }

    public static Tensor<float> Tensor(GoldenTensor golden) => TestData.Tensor(golden.Floats, Lengths(golden));

    public static Tensor<int> Labels(GoldenTensor golden) => TestData.Tensor(golden.Integers, Lengths(golden));

    /// <summary>Sets a layer's parameters to those of the file, named <paramref name="prefix"/> + name.</summary>
    public static void Load(Layer layer, GoldenValues values, string prefix = "")
    {
        foreach (Parameter parameter in layer.Parameters)
        {
            Tensor(values[prefix + parameter.Name]).CopyTo(parameter.Value);
        }
    }

    private static nint[] Lengths(GoldenTensor golden) => Array.ConvertAll(golden.Shape, length => (nint)length);
}
