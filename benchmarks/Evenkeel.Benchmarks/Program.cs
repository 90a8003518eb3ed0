using Evenkeel.Benchmarks;

var benchmarks = new SortedDictionary<string, Action>(StringComparer.Ordinal)
{
    ["convolution"] = ConvolutionBenchmark.Run,
    ["feature-scaling"] = FeatureScalingBenchmark.Run,
    ["matrix-product"] = MatrixProductBenchmark.Run,
    ["matrix-product-peers"] = MatrixProductPeersBenchmark.Run,
    ["normalization-accuracy"] = NormalizationAccuracyBenchmark.Run,
    ["training-memory"] = TrainingStepBenchmark.RunMemory,
    ["training-step"] = TrainingStepBenchmark.Run,
};

if (args is not [string name] || !benchmarks.TryGetValue(name, out Action? run))
{
    Console.Error.WriteLine($"Usage: dotnet run -c Release --project benchmarks/Evenkeel.Benchmarks -- {string.Join(" | ", benchmarks.Keys)}");
    return 2;
}

Machine.Print(Console.Out);
run();
return 0;
