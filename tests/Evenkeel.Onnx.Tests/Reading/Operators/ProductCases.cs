using Evenkeel.Onnx.Protos;
using Evenkeel.Onnx.Tests.Reference;
using static Evenkeel.Onnx.Tests.Reading.Operators.OperatorCase;
using static Evenkeel.Onnx.Tests.Support.Attributes;

namespace Evenkeel.Onnx.Tests.Reading.Operators;

/// <summary>Models of products of matrices and of convolutions.</summary>
internal static class ProductCases
{
    private static readonly NdArray Matrix = NdArray.Random(2, 7, 4);

    public static IEnumerable<OperatorCase> All => [.. Gemms, .. MatMuls, .. Convolutions];

    private static IEnumerable<OperatorCase> Gemms =>
    [
        Gemm("default_no_bias", null) with { From = 11 },
        Gemm("default_scalar_bias", NdArray.Of([], 3.140000104904175)),
        Gemm("default_single_elem_vector_bias", NdArray.Random(3, 1)),
        Gemm("default_vector_bias", NdArray.Random(4, 1, 4)),
        Gemm("a bias of one axis", NdArray.Random(5, 4)),
        Gemm("default_zero_bias", NdArray.Of([1, 4], 0, 0, 0, 0)),
        Gemm("alpha", NdArray.Random(6, 1, 4), alpha: 0.5f),
        Gemm("beta", NdArray.Random(7, 1, 4), beta: 0.5f),
        Gemm("transposeB", NdArray.Random(8, 1, 4), isTransposed: true),
        Gemm("alpha, beta and transposeB", NdArray.Random(9, 1, 4), 0.25f, 0.35f, isTransposed: true),
        Gemm("a bias of one number with beta", NdArray.Random(10, 1, 1), 0.25f, 0.35f),
        Gemm("default_matrix_bias", NdArray.Random(11, 3, 4)) with { Expected = null, Refusal = "matrix C is [3, 4]" },
        Gemm("a bias for each sample", NdArray.Random(12, 3, 1)) with { Expected = null, Refusal = "matrix C is [3, 1]" },
        Refused(
            "Gemm", "transposeA", [6, 3],
            m => m.Node("Gemm", ["x", m.Constant(NdArray.Random(1, 6, 4)), m.Constant(NdArray.Random(2, 1, 4))], Int("transA", 1)),
            "transA is 1"),
        Refused(
            "Gemm", "the constant first", [4, 3],
            m => m.Node("Gemm", [m.Constant(NdArray.Random(1, 5, 4)), "x", m.Constant(NdArray.Of([1], 0))]), "matrix B is computed"),
        Refused(
            "Gemm", "a bias that is computed", [3, 4],
            m => m.Node("Gemm", ["x", m.Constant(NdArray.Random(1, 4, 4)), m.Node("Tanh", ["x"])]), "matrix C is computed"),
    ];

    private static IEnumerable<OperatorCase> MatMuls =>
    [
        MatMul("matmul_2d", [3, 4], NdArray.Random(2, 4, 3)),
        MatMul("matmul_3d with one matrix", [2, 3, 4], NdArray.Random(3, 4, 3)),
        MatMul("matmul_4d with one matrix", [2, 2, 3, 4], NdArray.Random(4, 4, 3)),
        MatMul("matmul_3d", [2, 3, 4], NdArray.Random(5, 2, 4, 3)) with { Expected = null, Refusal = "expected two axes" },
        MatMul("a vector", [3, 4], NdArray.Random(6, 4)) with { Expected = null, Refusal = "expected two axes" },
        Read(
            "MatMul", "the constant first", [2, 4, 5],
            m => m.Node("MatMul", [m.Constant(NdArray.Random(7, 3, 4)), "x"]),
            x => ProductReference.MatMul(NdArray.Random(7, 3, 4), x)),
        Read(
            "MatMul", "the constant first, of images", [2, 3, 4, 5],
            m => m.Node("MatMul", [m.Constant(NdArray.Random(8, 6, 4)), "x"]),
            x => ProductReference.MatMul(NdArray.Random(8, 6, 4), x)),
        Refused(
            "MatMul", "the constant first, of rows", [4, 3],
            m => m.Node("MatMul", [m.Constant(NdArray.Random(9, 5, 4)), "x"]), "second matrix is computed"),
        Refused("MatMul", "two tensors", [2, 4, 4], m => m.Node("MatMul", ["x", "x"]), "second matrix is computed"),
    ];

    private static IEnumerable<OperatorCase> Convolutions =>
    [
        Conv("basic_conv_with_padding", [1, 1, 5, 5], [1, 1, 3, 3], new(3, 3) { Pads = [1, 1, 1, 1] }),
        Conv("basic_conv_without_padding", [1, 1, 5, 5], [1, 1, 3, 3], new(3, 3) { Pads = [0, 0, 0, 0] }),
        Conv("conv_with_autopad_same", [1, 1, 5, 5], [1, 1, 3, 3], new(3, 3) { AutoPad = "SAME_LOWER", Strides = [2, 2] }),
        Conv("conv_with_strides_padding", [1, 1, 7, 5], [1, 1, 3, 3], new(3, 3) { Pads = [1, 1, 1, 1], Strides = [2, 2] }),
        Conv("conv_with_strides_no_padding", [1, 1, 7, 5], [1, 1, 3, 3], new(3, 3) { Strides = [2, 2] }),
        Conv(
            "conv_with_strides_and_asymmetric_padding", [1, 1, 7, 5], [1, 1, 3, 3], new(3, 3) { Pads = [1, 0, 1, 0], Strides = [2, 2] }),
        Conv("SAME_UPPER with an odd padding", [2, 3, 6, 5], [4, 3, 3, 2], new(3, 2) { AutoPad = "SAME_UPPER", Strides = [2, 1] }),
        Conv("SAME_LOWER with an odd padding", [2, 3, 6, 5], [4, 3, 3, 2], new(3, 2) { AutoPad = "SAME_LOWER", Strides = [2, 1] }),
        Conv("VALID", [2, 3, 6, 5], [4, 3, 3, 2], new(3, 2) { AutoPad = "VALID" }),
        Conv("four different pads", [2, 3, 6, 5], [4, 3, 3, 2], new(3, 2) { Pads = [2, 0, 1, 1] }),
        Conv("dilations", [2, 3, 9, 8], [4, 3, 3, 2], new(3, 2) { Dilations = [2, 3] }),
        Conv("dilations with SAME_UPPER", [2, 3, 9, 8], [4, 3, 3, 2], new(3, 2) { Dilations = [2, 3], AutoPad = "SAME_UPPER" })
            with { RunsInOnnxRuntime = false },
        Conv("groups", [2, 4, 6, 5], [6, 2, 3, 3], new(3, 3), groups: 2),
        Conv("a group for each channel", [2, 4, 6, 5], [4, 1, 3, 3], new(3, 3) { Pads = [1, 1, 1, 1] }, groups: 4),
        Conv("sequences", [2, 3, 8], [4, 3, 3], new(3) { Pads = [2, 1], Strides = [2] }),
        Conv("sequences with groups and dilations", [2, 4, 9], [6, 2, 3], new(3) { Dilations = [2] }, groups: 2),
        Conv("volumes", [2, 3, 4, 4, 4], [4, 3, 2, 2, 2], new(2, 2, 2)) with
        {
            Expected = null,
            Refusal = "convolutions of images and sequences are read",
        },
        Refused(
            "Conv", "a weight that is computed", [1, 1, 3, 3], m => m.Node("Conv", ["x", m.Node("Tanh", ["x"])]), "weight is computed"),
    ];

    private static OperatorCase Gemm(string example, NdArray? c, float alpha = 1, float beta = 1, bool isTransposed = false)
    {
        return Read(
            "Gemm", example, [3, 7],
            m =>
            {
                string b = m.Constant(isTransposed ? ProductReference.Transpose(Matrix) : Matrix);
                return m.Node("Gemm", c is null ? ["x", b] : ["x", b, m.Constant(c)], Settings());
            },
            x => ProductReference.Gemm(x, Matrix, c, alpha, beta));

        IEnumerable<AttributeProto> Settings()
        {
            if (alpha != 1)
            {
                yield return Number("alpha", alpha);
            }

            if (beta != 1)
            {
                yield return Number("beta", beta);
            }

            if (isTransposed)
            {
                yield return Int("transB", 1);
            }
        }
    }

    private static OperatorCase MatMul(string example, int[] shape, NdArray second) => Read(
        "MatMul", example, shape,
        m => m.Node("MatMul", ["x", m.Constant(second)]), x => ProductReference.MatMul(x, second));

    /// <summary>A convolution with a bias, and without one if it has one group.</summary>
    private static OperatorCase Conv(string example, int[] shape, int[] weight, Window window, int groups = 1)
    {
        NdArray w = NdArray.Random(2, weight);
        NdArray? bias = groups > 1 ? NdArray.Random(3, weight[0]) : null;
        return Read(
            "Conv", example, shape,
            m => m.Node(
                "Conv",
                bias is null ? ["x", m.Constant(w)] : ["x", m.Constant(w), m.Constant(bias)],
                groups == 1 ? window.ToAttributes() : window.ToAttributes().Append(Int("group", groups))),
            x => ProductReference.Convolution(x, w, bias, window, groups));
    }
}
