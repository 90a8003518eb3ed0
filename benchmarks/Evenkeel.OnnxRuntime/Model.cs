using System.Diagnostics;
using Microsoft.ML.OnnxRuntime;

namespace Evenkeel.OnnxRuntime;

/// <summary>A session of a model with one input and one output, which it reads and writes in memory that is kept between calls.</summary>
internal sealed class Model : IDisposable
{
    private readonly RunOptions _runOptions = new();
    private readonly InferenceSession _session;
    private readonly OrtIoBinding _binding;
    private OrtValue? _input;
    private OrtValue? _output;
    private float[] _outputs = [];

    /// <summary>Loads a model with all graph optimizations.</summary>
    /// <param name="path">The ONNX file.</param>
    /// <param name="threads">The number of threads within an operator; operators run one after another.</param>
    public Model(string path, int threads)
    {
        using var options = new SessionOptions
        {
            GraphOptimizationLevel = GraphOptimizationLevel.ORT_ENABLE_ALL,
            ExecutionMode = ExecutionMode.ORT_SEQUENTIAL,
            IntraOpNumThreads = threads,
            InterOpNumThreads = 1,
        };
        _session = new InferenceSession(path, options);
        _binding = _session.CreateIoBinding();
    }

    /// <summary>The outputs of the last call.</summary>
    public ReadOnlySpan<float> Outputs => _outputs;

    /// <summary>Binds a batch, whose size follows from the number of values, and memory for its outputs.</summary>
    public void Bind(float[] inputs)
    {
        int[] input = _session.InputMetadata.Values.Single().Dimensions;
        int[] output = _session.OutputMetadata.Values.Single().Dimensions;
        int batch = inputs.Length / input[1..].Aggregate((product, length) => product * length);
        _outputs = new float[batch * output[1..].Aggregate((product, length) => product * length)];
        Release();
        _input = OrtValue.CreateTensorValueFromMemory(inputs, [batch, .. input[1..].Select(length => (long)length)]);
        _output = OrtValue.CreateTensorValueFromMemory(_outputs, [batch, .. output[1..].Select(length => (long)length)]);
        _binding.BindInput(_session.InputNames[0], _input);
        _binding.BindOutput(_session.OutputNames[0], _output);
    }

    /// <summary>Makes calls, and returns the seconds that one took.</summary>
    public double Seconds(int calls)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < calls; i++)
        {
            _session.RunWithBinding(_runOptions, _binding);
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds / calls;
    }

    public void Dispose()
    {
        _binding.Dispose();
        Release();
        _session.Dispose();
        _runOptions.Dispose();
    }

    private void Release()
    {
        _input?.Dispose();
        _output?.Dispose();
    }
}
