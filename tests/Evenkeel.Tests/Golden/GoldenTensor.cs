using System.Text.Json;

namespace Evenkeel.Tests.Golden;

/// <summary>A tensor of a golden file: its shape, and its values row by row.</summary>
/// <param name="Shape">The lengths of the dimensions; empty for a single number.</param>
/// <param name="Doubles">The values; those stored as float32 are the float32 numbers, widened.</param>
public sealed record GoldenTensor(int[] Shape, double[] Doubles)
{
    /// <summary>The values rounded to float; exact for tensors stored as float32.</summary>
    public float[] Floats { get; } = Array.ConvertAll(Doubles, value => (float)value);

    /// <summary>The values as whole numbers, for labels and counts.</summary>
    public int[] Integers => Array.ConvertAll(Doubles, value => checked((int)value));

    /// <summary>The only value of a tensor without dimensions, such as a loss.</summary>
    public double Scalar => Doubles.Single();

    internal static GoldenTensor Parse(JsonElement json)
    {
        // A float32 is written as the shortest decimal that means it: read as a double, that would be another number.
        Func<JsonElement, double> read = json.GetProperty("type").GetString() switch
        {
            "float32" => value => value.GetSingle(),
            "float64" => value => value.GetDouble(),
            "int64" => value => value.GetInt64(),
            string type => throw new FormatException($"A golden tensor has the unknown type '{type}'."),
            null => throw new FormatException("A golden tensor has no type."),
        };
        int[] shape = [.. json.GetProperty("shape").EnumerateArray().Select(length => length.GetInt32())];
        double[] values = [.. json.GetProperty("values").EnumerateArray().Select(read)];
        int count = shape.Aggregate(1, (product, length) => product * length);
        if (count != values.Length)
        {
            throw new FormatException(
                $"A golden tensor of shape [{string.Join(", ", shape)}] has {values.Length} values.");
        }

        return new GoldenTensor(shape, values);
    }
}
