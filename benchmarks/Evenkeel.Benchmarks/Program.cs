using System.CommandLine;
using Evenkeel.Benchmarks;
using Evenkeel.Benchmarks.Serving;

var root = new RootCommand("How fast Evenkeel is, and beside what.")
{
    AdaptationBenchmark.Command(),
    ConcurrencyBenchmark.Command(),
    Benchmark("convolution", "Convolutions, beside matrix products of the same size.", ConvolutionBenchmark.Run),
    Benchmark("feature-scaling", "Feature scalers, beside scikit-learn, a plain read and a plain copy.", FeatureScalingBenchmark.Run),
    KernelBenchmarks.Command(),
    Benchmark("matrix-product", "Matrix products, beside TensorPrimitives and plain loops.", MatrixProductBenchmark.Run),
    Benchmark("matrix-product-peers", "Matrix products, beside PyTorch and OpenBLAS.", MatrixProductPeersBenchmark.Run),
    Benchmark("model-file", "Saving and loading networks, beside a plain write and read; checkpoints.", ModelFileBenchmark.Run),
    NormalizationBenchmark.Command(),
    Benchmark("normalization-accuracy", "How exact normalization is, in ulps, beside PyTorch.", NormalizationAccuracyBenchmark.Run),
    OnnxBenchmark.Command(),
    Benchmark("reductions", "The reductions of normalization, beside plain loops.", ReductionBenchmark.Run),
    ServingBenchmark.Command(),
    Benchmark("splitting", "The size from which on two threads win, awake and asleep.", SplittingBenchmark.Run),
    Benchmark("training-memory", "Peak memory of training, beside PyTorch.", TrainingStepBenchmark.RunMemory),
    Benchmark("training-step", "Training steps and inference of networks, beside PyTorch.", TrainingStepBenchmark.Run),
};

ParseResult parsed = root.Parse(args);
int code = parsed.Invoke();
return parsed.Errors.Count > 0 ? 2 : code;

static Command Benchmark(string name, string description, Action run)
{
    var command = new Command(name, description);
    command.SetAction(_ =>
    {
        Machine.Print(Console.Out);
        run();
    });
    return command;
}
