using Evenkeel.Tables.Preparation;
using Microsoft.ML.OnnxRuntime;
using Microsoft.ML.OnnxRuntime.Tensors;

namespace Evenkeel.Tables.Onnx.Tests.Support;

/// <summary>A file, run by ONNX Runtime on one thread, on raw columns.</summary>
internal sealed class TableRuntime : IDisposable
{
    private readonly InferenceSession _session;

    public TableRuntime(byte[] file)
    {
        using var options = new SessionOptions
        {
            IntraOpNumThreads = 1,
            LogSeverityLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR,
        };
        _session = new InferenceSession(file, options);
    }

    public IReadOnlyList<string> Inputs => _session.InputNames;

    public IReadOnlyList<string> Outputs => _session.OutputNames;

    /// <summary>Runs the file on the columns of a preparation.</summary>
    /// <returns>The outputs in the order of the file, each a flat array of its type.</returns>
    public Array[] Run(RawTable table, IReadOnlyList<ColumnPreparation> columns)
    {
        int[] shape = [table.Rows, 1];
        NamedOnnxValue[] inputs =
        [
            .. columns.Select(column => column is NumberPreparation
                ? NamedOnnxValue.CreateFromTensor(column.Name, new DenseTensor<double>(table.Numbers(column.Name), shape))
                : NamedOnnxValue.CreateFromTensor(column.Name, new DenseTensor<string>(table.Texts(column.Name), shape))),
        ];
        using IDisposableReadOnlyCollection<DisposableNamedOnnxValue> outputs = _session.Run(inputs, _session.OutputNames);
        return [.. outputs.Select(output => output.ElementType switch
        {
            TensorElementType.String => (Array)output.AsTensor<string>().ToArray(),
            TensorElementType.Double => output.AsTensor<double>().ToArray(),
            _ => output.AsTensor<float>().ToArray(),
        })];
    }

    public void Dispose() => _session.Dispose();
}
