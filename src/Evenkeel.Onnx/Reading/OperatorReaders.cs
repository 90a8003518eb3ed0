namespace Evenkeel.Onnx.Reading;

/// <summary>The operators that are read.</summary>
internal static class OperatorReaders
{
    private static readonly Dictionary<string, OperatorReader> All = new()
    {
        ["Add"] = ArithmeticReaders.Add,
        ["AveragePool"] = PoolingReaders.Average,
        ["BatchNormalization"] = NormalizationReaders.Batch,
        ["Cast"] = ShapeReaders.Cast,
        ["Clip"] = ActivationReaders.Clip,
        ["Concat"] = ShapeReaders.Concat,
        ["Constant"] = ConstantFolder.Constant,
        ["Conv"] = ProductReaders.Convolution,
        ["Div"] = ArithmeticReaders.Divide,
        ["Dropout"] = ShapeReaders.Dropout,
        ["Flatten"] = ShapeReaders.Flatten,
        ["Gather"] = ShapeReaders.Gather,
        ["Gelu"] = ActivationReaders.Gelu,
        ["Gemm"] = ProductReaders.Gemm,
        ["GlobalAveragePool"] = PoolingReaders.Global,
        ["GroupNormalization"] = NormalizationReaders.Group,
        [NormalizationReaders.GroupsOfChannels] = NormalizationReaders.GroupByParts,
        ["HardSigmoid"] = ActivationReaders.HardSigmoid,
        ["HardSwish"] = ActivationReaders.HardSwish,
        ["Identity"] = ShapeReaders.Identity,
        ["InstanceNormalization"] = NormalizationReaders.Instance,
        ["LayerNormalization"] = NormalizationReaders.Layer,
        ["LeakyRelu"] = ActivationReaders.LeakyRelu,
        ["MatMul"] = ProductReaders.MatMul,
        ["Max"] = ActivationReaders.Max,
        ["MaxPool"] = PoolingReaders.Max,
        ["Min"] = ActivationReaders.Min,
        ["Mul"] = ArithmeticReaders.Multiply,
        ["RMSNormalization"] = NormalizationReaders.RootMeanSquare,
        ["ReduceMean"] = PoolingReaders.Mean,
        ["Relu"] = ActivationReaders.Relu,
        ["Reshape"] = ShapeReaders.Reshape,
        ["Shape"] = ShapeReaders.Shape,
        ["Sigmoid"] = ActivationReaders.Sigmoid,
        ["Slice"] = ShapeReaders.Slice,
        ["Softmax"] = ActivationReaders.Softmax,
        ["Squeeze"] = ShapeReaders.Squeeze,
        ["Sub"] = ArithmeticReaders.Subtract,
        ["Tanh"] = ActivationReaders.Tanh,
        ["Transpose"] = ShapeReaders.Transpose,
        ["Unsqueeze"] = ShapeReaders.Unsqueeze,
    };

    /// <summary>The names of the operators.</summary>
    public static IEnumerable<string> Names => All.Keys;

    /// <summary>The reader of an operator.</summary>
    /// <exception cref="NodeException">The operator cannot be read.</exception>
    public static OperatorReader Find(string type) => All.TryGetValue(type, out OperatorReader? read)
        ? read
        : throw new NodeException("no layer corresponds to this operator");
}
