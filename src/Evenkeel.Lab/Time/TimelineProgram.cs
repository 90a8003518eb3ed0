using Evenkeel.Lab.Programs;

namespace Evenkeel.Lab.Time;

/// <summary>Writes the programs of running statistics over time.</summary>
internal static class TimelineProgram
{
    /// <summary>Writes the programs.</summary>
    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    public static LabProgram Of(TimelineRequest request)
    {
        _ = Timeline.Of(request);
        return new LabProgram(
            WriteCSharp(request), request.IsSample ? WritePyTorch(request) : null,
            request.After == TimelineRequest.Recalibrate ? "evenkeel study recalibration" : "evenkeel study inference");
    }

    private static string WriteCSharp(TimelineRequest request)
    {
        string average = request.NewWeight == 0 ? "Cumulative" : Invariant($"Exponential(newWeight: {request.NewWeight})");
        string variance = request.IsSample ? "Sample" : "Population";
        string freeze = request.After == TimelineRequest.Train ? "" : Invariant($$"""

                if (step == {{request.ChangeStep}})
                {
                    layer.Freeze();
                }


            """);
        string recalibrate = request.After != TimelineRequest.Recalibrate ? "" : Invariant($$"""

                if (step == {{request.RecalibrationStep}})
                {
                    Recalibration.Recalibrate(layer, [.. Enumerable.Range(0, 16).Select(_ => Draw(mean, deviation))]);
                }


            """);
        return Invariant($$"""
            using System.Numerics.Tensors;
            using Evenkeel.Layers;
            using Evenkeel.Normalization;
            using Evenkeel.Numerics;

            var layer = new BatchNorm(1, new()
            {
                RunningAverage = RunningAverage.{{average}},
                RunningVariance = VarianceEstimator.{{variance}},
                Affine = false,
            });
            var random = new RandomSource({{request.Seed}});
            for (int step = 0; step < {{request.Steps}}; step++)
            {
                (float mean, float deviation) = step < {{request.ChangeStep}} ? (3f, 2f) : (1.5f, 1f);
                Tensor<float> batch = Draw(mean, deviation);
            {{freeze}}{{recalibrate}}    layer.Forward(batch, Pass.Training);
                RunningStatistics running = layer.RunningStatistics!;
                float five = layer.Forward(Tensor.Create([5f], [1, 1]), Pass.Inference).Elements()[0];
                Console.WriteLine($"{step + 1}: mean {running.Mean[0]:F4}, variance {running.Variance[0]:F4}, 5 becomes {five:F4}");
            }

            Tensor<float> Draw(float mean, float deviation)
            {
                Tensor<float> batch = Tensor.CreateFromShape<float>([{{request.BatchSize}}, 1]);
                random.Next().FillNormal(batch.Elements(), mean, deviation);
                return batch;
            }

            """);
    }

    private static string WritePyTorch(TimelineRequest request)
    {
        string momentum = request.NewWeight == 0 ? "None" : Invariant($"{request.NewWeight}");
        string recalibrate = request.After != TimelineRequest.Recalibrate ? "" : Invariant($"""
                if step == {request.RecalibrationStep}:
                    layer.reset_running_stats()
                    layer.train()
                    layer.momentum = None  # the average of all batches
                    for _ in range(16):
                        layer(draw(mean, deviation))

            """);
        string mode = request.After == TimelineRequest.Train ? "True" : Invariant($"step < {request.ChangeStep}");
        return Invariant($$"""
            import torch
            from torch import nn


            def draw(mean, deviation):
                return torch.randn({{request.BatchSize}}, 1) * deviation + mean


            torch.manual_seed({{request.Seed}})
            layer = nn.BatchNorm1d(1, momentum={{momentum}}, affine=False)
            for step in range({{request.Steps}}):
                mean, deviation = (3, 2) if step < {{request.ChangeStep}} else (1.5, 1)
                batch = draw(mean, deviation)
            {{recalibrate}}    layer.train({{mode}})
                layer(batch)
                layer.eval()
                five = layer(torch.tensor([[5.0]])).item()
                print(f"{step + 1}: mean {layer.running_mean.item():.4f}, variance {layer.running_var.item():.4f}, 5 becomes {five:.4f}")

            """);
    }
}
