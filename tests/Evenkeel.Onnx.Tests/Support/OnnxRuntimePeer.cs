using System.Numerics.Tensors;
using Evenkeel.Numerics;
using Microsoft.ML.OnnxRuntime;

namespace Evenkeel.Onnx.Tests.Support;

/// <summary>A file, run by ONNX Runtime on one thread.</summary>
internal sealed class OnnxRuntimePeer : IDisposable
{
    private readonly InferenceSession _session;

    /// <summary>Opens a file.</summary>
    /// <param name="file">The bytes of the file.</param>
    /// <param name="optimizes">False to run the nodes one by one, as they are: fusions of ONNX Runtime may change numbers.</param>
    public OnnxRuntimePeer(byte[] file, bool optimizes = true)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
            GraphOptimizationLevel = optimizes ? GraphOptimizationLevel.ORT_ENABLE_ALL : GraphOptimizationLevel.ORT_DISABLE_ALL,
        };
        _session = new InferenceSession(file, options);
    }

    /// <summary>Runs the network.</summary>
    public (float[] Values, long[] Shape) Run(Tensor<float> input)
    {
        using OrtValue value = OrtValue.CreateTensorValueFromMemory(
            input.Elements().ToArray(), [.. input.Lengths.ToArray().Select(length => (long)length)]);
        using var options = new RunOptions();
        using IDisposableReadOnlyCollection<OrtValue> outputs = _session.Run(
            options, [_session.InputNames[0]], [value], [_session.OutputNames[0]]);
        OrtValue output = outputs[0];
        return (output.GetTensorDataAsSpan<float>().ToArray(), output.GetTensorTypeAndShape().Shape);
    }

    public void Dispose() => _session.Dispose();
}
