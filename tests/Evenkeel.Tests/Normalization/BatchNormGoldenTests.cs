using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tests.Golden;
using Xunit.Abstractions;

namespace Evenkeel.Tests.Normalization;

/// <summary>Batch normalization against PyTorch, over several steps each.</summary>
public class BatchNormGoldenTests(ITestOutputHelper output)
{
    private readonly GoldenComparison _comparison = new(output);

    public static TheoryData<string> Cases => [.. GoldenFile.Names("batch-norm")];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Equals_PyTorch(string name)
    {
        GoldenFile golden = GoldenFile.Read(name);
        BatchNorm layer = Make(golden);
        foreach (GoldenValues step in golden.Steps)
        {
            if (step.Mode == "frozen" && layer.RunningStatistics is not null)
            {
                layer.Freeze();
            }

            Pass pass = step.Mode == "train" ? Pass.Training : Pass.Inference;
            float[] y = [.. layer.Forward(GoldenComparison.Tensor(step["input"]), pass)];
            _comparison.AssertClose(step, "output", y, Tolerances.Forward);
            if (step.Has("output_gradient"))
            {
                foreach (Parameter parameter in layer.Parameters)
                {
                    parameter.ZeroGradient();
                }

                float[] dx = [.. layer.Backward(GoldenComparison.Tensor(step["output_gradient"]))];
                _comparison.AssertClose(step, "input_gradient", dx, Tolerances.GoldenInputGradient);
                foreach (Parameter parameter in layer.Parameters)
                {
                    _comparison.AssertClose(step, parameter.Name + "_gradient", parameter.Gradients, Tolerances.RoundedOnce);
                }
            }

            if (layer.RunningStatistics is { } running)
            {
                _comparison.AssertClose(step, "running_mean", running.Mean.Elements(), Tolerances.DoubleSums);
                _comparison.AssertClose(step, "running_var", running.Variance.Elements(), Tolerances.DoubleSums);
                Assert.Equal(step["num_batches_tracked"].Scalar, running.BatchesTracked);
                layer.Unfreeze();
            }
        }
    }

    private static BatchNorm Make(GoldenFile golden)
    {
        RunningAverage average = golden.Option<double?>("momentum") is { } newWeight
            ? RunningAverage.Exponential(newWeight)
            : RunningAverage.Cumulative;
        int axis = golden.Option<int>("axis");
        int[] shape = golden.Steps[0]["input"].Shape;
        var layer = new BatchNorm(axis < 0 ? shape[^1] : shape[axis], new()
        {
            Epsilon = golden.Option<double>("epsilon"),
            Affine = golden.Option<bool>("affine"),
            RunningAverage = golden.Option<bool>("track_running_stats") ? average : null,
            ChannelAxis = axis,
        });
        GoldenComparison.Load(layer, golden.Initial);
        return layer;
    }
}
