using System.Numerics.Tensors;

namespace Evenkeel.Onnx.Tests.Reference;

/// <summary>A tensor in double precision, for references that give each element by its definition.</summary>
internal sealed class NdArray(int[] lengths, double[] values)
{
    public int[] Lengths => lengths;

    public double[] Values => values;

    public int Rank => lengths.Length;

    /// <summary>The numbers in single precision, as a file has them.</summary>
    public float[] Floats => Array.ConvertAll(values, value => (float)value);

    public double this[params ReadOnlySpan<int> index]
    {
        get
        {
            int position = 0;
            for (int axis = 0; axis < lengths.Length; axis++)
            {
                position = position * lengths[axis] + index[axis];
            }

            return values[position];
        }
    }

    /// <summary>Computes each element from its index.</summary>
    public static NdArray Of(int[] lengths, Func<int[], double> element) => new(lengths, [.. Indices(lengths).Select(element)]);

    /// <summary>A vector or a tensor of given numbers.</summary>
    public static NdArray Of(int[] lengths, params double[] values) => new(lengths, values);

    /// <summary>Numbers between −3 and 3 that single precision has.</summary>
    public static NdArray Random(int seed, params int[] lengths)
    {
        var random = new Random(seed);
        return Of(lengths, _ => 6 * random.NextSingle() - 3f);
    }

    /// <summary>Numbers between 0.5 and 1.5 that single precision has, as for variances.</summary>
    public static NdArray Positive(int seed, params int[] lengths)
    {
        var random = new Random(seed);
        return Of(lengths, _ => random.NextSingle() + 0.5f);
    }

    public NdArray Map(Func<double, double> function) => new(lengths, Array.ConvertAll(values, value => function(value)));

    /// <summary>The array in another shape.</summary>
    public NdArray Reshape(params int[] other) => new(other, values);

    public Tensor<float> ToTensor() => Tensor.Create(Floats, [.. lengths.Select(length => (nint)length)]);

    /// <summary>All indices of a tensor, the last axis first.</summary>
    public static IEnumerable<int[]> Indices(int[] lengths)
    {
        int count = lengths.Aggregate(1, (product, length) => product * length);
        for (int i = 0; i < count; i++)
        {
            var index = new int[lengths.Length];
            for (int axis = lengths.Length - 1, rest = i; axis >= 0; axis--)
            {
                (rest, index[axis]) = Math.DivRem(rest, lengths[axis]);
            }

            yield return index;
        }
    }
}
