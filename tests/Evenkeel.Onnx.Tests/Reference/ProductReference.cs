namespace Evenkeel.Onnx.Tests.Reference;

/// <summary>Products of matrices and convolutions.</summary>
internal static class ProductReference
{
    /// <summary>The products of the matrices in the last two axes; those before are broadcast.</summary>
    public static NdArray MatMul(NdArray a, NdArray b)
    {
        NdArray outer = a.Rank >= b.Rank ? a : b;
        return NdArray.Of([.. outer.Lengths[..^2], a.Lengths[^2], b.Lengths[^1]], index =>
        {
            double sum = 0;
            for (int k = 0; k < a.Lengths[^1]; k++)
            {
                sum += a[[.. Leading(a, index), index[^2], k]] * b[[.. Leading(b, index), k, index[^1]]];
            }

            return sum;
        });

        static int[] Leading(NdArray x, int[] index) => index[(index.Length - x.Rank)..^2];
    }

    /// <summary>alpha·A·B + beta·C.</summary>
    public static NdArray Gemm(NdArray a, NdArray b, NdArray? c, double alpha, double beta)
    {
        NdArray product = MatMul(a, b).Map(value => alpha * value);
        return c is null ? product : BroadcastReference.Add(product, c.Map(value => beta * value));
    }

    public static NdArray Transpose(NdArray matrix) => ShapeReference.Transpose(matrix, 1, 0);

    public static NdArray Convolution(NdArray x, NdArray weight, NdArray? bias, Window window, int groups)
    {
        int outputs = weight.Lengths[0], inputs = weight.Lengths[1];
        int[] sizes = x.Lengths[2..];
        return NdArray.Of([x.Lengths[0], outputs, .. sizes.Select((size, axis) => window.Outputs(axis, size))], index =>
        {
            double sum = bias is null ? 0 : bias[index[1]];
            int firstInput = index[1] / (outputs / groups) * inputs;
            foreach (int[] offset in NdArray.Indices([inputs, .. window.Kernel]))
            {
                int[] position = [.. sizes.Select((size, axis) => window.Position(axis, index[axis + 2], offset[axis + 1], size))];
                if (position.Zip(sizes).All(axis => axis.First >= 0 && axis.First < axis.Second))
                {
                    sum += weight[[index[1], .. offset]] * x[[index[0], firstInput + offset[0], .. position]];
                }
            }

            return sum;
        });
    }
}
