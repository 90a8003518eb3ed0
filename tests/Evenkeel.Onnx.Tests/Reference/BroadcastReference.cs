namespace Evenkeel.Onnx.Tests.Reference;

/// <summary>Operators of two tensors, element by element, with the multidirectional broadcasting of ONNX.</summary>
internal static class BroadcastReference
{
    public static NdArray Apply(NdArray a, NdArray b, Func<double, double, double> function)
    {
        int rank = Math.Max(a.Rank, b.Rank);
        int[] lengths = [.. Enumerable.Range(0, rank).Select(axis => Math.Max(Length(a, axis), Length(b, axis)))];
        return NdArray.Of(lengths, index => function(At(a, index), At(b, index)));

        int Length(NdArray x, int axis) => axis < rank - x.Rank ? 1 : x.Lengths[axis - (rank - x.Rank)];
    }

    public static NdArray Add(NdArray a, NdArray b) => Apply(a, b, (x, y) => x + y);

    public static NdArray Multiply(NdArray a, NdArray b) => Apply(a, b, (x, y) => x * y);

    /// <summary>The element that an index of the result reads.</summary>
    public static double At(NdArray x, int[] index)
    {
        var own = new int[x.Rank];
        for (int axis = 0; axis < x.Rank; axis++)
        {
            own[axis] = x.Lengths[axis] == 1 ? 0 : index[axis + index.Length - x.Rank];
        }

        return x[own];
    }
}
