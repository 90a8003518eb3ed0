namespace Evenkeel.Onnx.Tests.Reference;

/// <summary>Operators that move elements.</summary>
internal static class ShapeReference
{
    public static NdArray Transpose(NdArray x, params int[] order)
    {
        return NdArray.Of([.. order.Select(axis => x.Lengths[axis])], index =>
        {
            var source = new int[order.Length];
            for (int axis = 0; axis < order.Length; axis++)
            {
                source[order[axis]] = index[axis];
            }

            return x[source];
        });
    }

    public static NdArray Concat(NdArray first, NdArray second, int axis)
    {
        int[] lengths = [.. first.Lengths];
        lengths[axis] += second.Lengths[axis];
        return NdArray.Of(lengths, index =>
        {
            int[] behind = [.. index];
            behind[axis] -= first.Lengths[axis];
            return behind[axis] < 0 ? first[index] : second[behind];
        });
    }
}
