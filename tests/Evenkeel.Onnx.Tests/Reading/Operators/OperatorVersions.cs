namespace Evenkeel.Onnx.Tests.Reading.Operators;

/// <summary>The versions of ONNX's operators that changed each operator that is read; the first is the one that version 7 has.</summary>
internal static class OperatorVersions
{
    private const int MinimumOpset = 7;

    private static readonly Dictionary<string, int[]> Versions = new()
    {
        ["Add"] = [7, 13, 14],
        ["AveragePool"] = [7, 10, 11, 19, 22],
        ["BatchNormalization"] = [7, 9, 14, 15],
        ["Cast"] = [6, 9, 13, 19, 21, 23],
        ["Clip"] = [6, 11, 12, 13],
        ["Concat"] = [4, 11, 13],
        ["Constant"] = [1, 9, 11, 12, 13, 19, 21, 23],
        ["Conv"] = [1, 11, 22],
        ["Div"] = [7, 13, 14],
        ["Dropout"] = [7, 10, 12, 13, 22],
        ["Flatten"] = [1, 9, 11, 13, 21, 23],
        ["Gather"] = [1, 11, 13],
        ["Gelu"] = [20],
        ["Gemm"] = [7, 9, 11, 13],
        ["GlobalAveragePool"] = [1, 22],
        ["GroupNormalization"] = [18, 21],
        ["HardSigmoid"] = [6, 22],
        ["HardSwish"] = [14, 22],
        ["Identity"] = [1, 13, 14, 16, 19, 21, 23],
        ["InstanceNormalization"] = [6, 22],
        ["LayerNormalization"] = [17],
        ["LeakyRelu"] = [6, 16],
        ["MatMul"] = [1, 9, 13],
        ["Max"] = [6, 8, 12, 13],
        ["MaxPool"] = [1, 8, 10, 11, 12, 22],
        ["Min"] = [6, 8, 12, 13],
        ["Mul"] = [7, 13, 14],
        ["RMSNormalization"] = [23],
        ["ReduceMean"] = [1, 11, 13, 18],
        ["Relu"] = [6, 13, 14],
        ["Reshape"] = [5, 13, 14, 19, 21, 23],
        ["Shape"] = [1, 13, 15, 19, 21, 23],
        ["Sigmoid"] = [6, 13],
        ["Slice"] = [1, 10, 11, 13],
        ["Softmax"] = [1, 11, 13],
        ["Squeeze"] = [1, 11, 13, 21, 23],
        ["Sub"] = [7, 13, 14],
        ["Tanh"] = [6, 13],
        ["Transpose"] = [1, 13, 21, 23],
        ["Unsqueeze"] = [1, 11, 13, 21, 23],
    };

    public static IEnumerable<string> Operators => Versions.Keys;

    /// <summary>The versions to test an operator at.</summary>
    public static IEnumerable<int> Of(string type) => Versions[type].Select(version => Math.Max(version, MinimumOpset));
}
