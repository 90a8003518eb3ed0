using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tests.Golden;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Normalization;

/// <summary>The normalizer of a golden file: it takes the file's steps, and gives what came out by the file's names.</summary>
internal abstract class GoldenNormalizer
{
    public static GoldenNormalizer Of(GoldenFile golden) => Family(golden.Name) switch
    {
        "sync-batch-norm" => new Synchronized(golden),
        "accumulated-batch-norm" => new Accumulated(golden),
        "cross-iteration" => new CrossIteration(golden),
        _ => new Single(golden),
    };

    public abstract Dictionary<string, double[]> Take(GoldenValues step);

    private static string Family(string name) => ((string[])
        ["sync-batch-norm", "accumulated-batch-norm", "cross-iteration", "ghost-batch-norm", "batch-renorm", "layer-norm", "rms-norm",
            "instance-norm", "group-norm", "batch-norm"]).First(family => name.Contains(family, StringComparison.Ordinal));

    private static Layer Make(GoldenFile golden, IStatisticsExchange? exchange = null)
    {
        double epsilon = golden.Option<double>("epsilon");
        bool affine = golden.Option<bool>("affine");
        string family = Family(golden.Name);
        if (family is "layer-norm" or "rms-norm")
        {
            int[] normalized = golden.Option<int[]>("normalized_shape");
            bool bias = golden.Initial.Has("bias");
            return family == "layer-norm"
                ? new LayerNorm(normalized, new() { Epsilon = epsilon, Weight = affine, Bias = bias })
                : new RmsNorm(normalized, new() { Epsilon = epsilon, Weight = affine });
        }

        int axis = golden.Option<int>("axis");
        int[] shape = golden.Steps[0]["input"].Shape;
        int channels = axis < 0 ? shape[^1] : shape[axis];
        if (family == "group-norm")
        {
            return new GroupNorm(golden.Option<int>("groups"), channels, new() { Epsilon = epsilon, Affine = affine, ChannelAxis = axis });
        }

        if (family == "batch-renorm")
        {
            (double, double)[] limits =
                [.. golden.Steps.Where(step => step.Has("r_max")).Select(step => (step["r_max"].Scalar, step["d_max"].Scalar))];
            return new BatchRenorm(channels, new()
            {
                Epsilon = epsilon,
                Affine = affine,
                ChannelAxis = axis,
                RunningAverage = RunningAverage.Exponential(golden.Option<double>("new_weight")),
                Schedule = RenormSchedule.Of(step => limits[Math.Min(step, limits.Length - 1)]),
            });
        }

        RunningAverage? running =
            golden.Option<bool>("track_running_stats") ? RunningAverage.FromPyTorch(golden.Option<double?>("momentum")) : null;
        if (family == "instance-norm")
        {
            return new InstanceNorm(channels, new() { Epsilon = epsilon, Affine = affine, ChannelAxis = axis, RunningAverage = running });
        }

        var options = new BatchNormOptions
        {
            Epsilon = epsilon,
            Affine = affine,
            ChannelAxis = axis,
            RunningAverage = running,
            Exchange = exchange,
        };
        return family switch
        {
            "ghost-batch-norm" => new GhostBatchNorm(golden.Option<int>("ghost_batch_size"), channels, options),
            "accumulated-batch-norm" => new AccumulatedBatchNorm(channels, options),
            _ => new BatchNorm(channels, options),
        };
    }

    private static Layer Loaded(Layer layer, GoldenValues initial)
    {
        GoldenComparison.Load(layer, initial);
        return layer;
    }

    private static Pass PassOf(GoldenValues step) => step.Mode == "train" ? Pass.Training : Pass.Inference;

    private static void AddParameters(Dictionary<string, double[]> results, Layer layer, string prefix = "")
    {
        foreach (Parameter parameter in layer.Parameters)
        {
            results[$"{prefix}{parameter.Name}_gradient"] = TestData.Widen(parameter.Gradients);
        }
    }

    private static void ZeroGradients(Layer layer)
    {
        foreach (Parameter parameter in layer.Parameters)
        {
            parameter.ZeroGradient();
        }
    }

    private static void AddRunning(Dictionary<string, double[]> results, Layer layer)
    {
        if (Normalizer.RunningOf(layer) is { } running)
        {
            results["running_mean"] = [.. running.Mean];
            results[running is RenormStatistics ? "running_std" : "running_var"] = [.. Normalizer.SpreadOf(running)];
            results["num_batches_tracked"] = [running.BatchesTracked];
        }
    }

    /// <summary>The tensor's samples, dealt out in parts of the given sizes.</summary>
    private static Tensor<float>[] Deal(GoldenTensor golden, int[] sizes)
    {
        int perSample = golden.Doubles.Length / golden.Shape[0];
        var parts = new Tensor<float>[sizes.Length];
        int start = 0;
        for (int i = 0; i < sizes.Length; i++)
        {
            float[] values = golden.Floats[(start * perSample)..((start + sizes[i]) * perSample)];
            parts[i] = TestData.Tensor(values, [sizes[i], .. golden.Shape[1..]]);
            start += sizes[i];
        }

        return parts;
    }

    private static double[] Join(IEnumerable<float[]> parts) => TestData.Widen([.. parts.SelectMany(part => part)]);

    /// <summary>One layer, given each step as it is.</summary>
    private sealed class Single(GoldenFile golden) : GoldenNormalizer
    {
        private readonly Layer _layer = Loaded(Make(golden), golden.Initial);

        public override Dictionary<string, double[]> Take(GoldenValues step)
        {
            RunningNormalization? frozen =
                step.Mode == "frozen" && Normalizer.RunningOf(_layer) is not null ? (RunningNormalization)_layer : null;
            frozen?.Freeze();
            ZeroGradients(_layer);
            Tensor<bool>? mask = step.Has("mask") ? Mask(step["mask"]) : null;
            Tensor<float> output = Normalizer.Forward(_layer, GoldenComparison.Tensor(step["input"]), mask, PassOf(step));
            Dictionary<string, double[]> results = new() { ["output"] = TestData.Widen([.. output]) };
            if (step.Has("output_gradient"))
            {
                Tensor<float> gradient = GoldenComparison.Tensor(step["output_gradient"]);
                results["input_gradient"] = TestData.Widen([.. _layer.Backward(gradient)]);
                AddParameters(results, _layer);
            }

            AddRunning(results, _layer);
            frozen?.Unfreeze();
            return results;
        }

        private static Tensor<bool> Mask(GoldenTensor golden) => TestData.Tensor(
            Array.ConvertAll(golden.Integers, kept => kept != 0), Array.ConvertAll(golden.Shape, length => (nint)length));
    }

    /// <summary>Replicas that each take their share of the batch.</summary>
    private sealed class Synchronized : GoldenNormalizer
    {
        private readonly int[] _shares;
        private readonly Replicas _replicas;
        private readonly Layer[] _layers;

        public Synchronized(GoldenFile golden)
        {
            _shares = golden.Option<int[]>("shares");
            _replicas = new Replicas(_shares.Length);
            _layers = [.. _shares.Select((_, i) => Loaded(Make(golden, _replicas.Link(i)), golden.Initial))];
        }

        public override Dictionary<string, double[]> Take(GoldenValues step)
        {
            Dictionary<string, double[]> results = [];
            if (step.Mode != "train")
            {
                results["output"] = TestData.Widen([.. _layers[0].Forward(GoldenComparison.Tensor(step["input"]), Pass.Inference)]);
                AddRunning(results, _layers[0]);
                return results;
            }

            Tensor<float>[] inputs = Deal(step["input"], _shares), gradients = Deal(step["output_gradient"], _shares);
            float[][] outputs = new float[_shares.Length][], inputGradients = new float[_shares.Length][];
            _replicas.Run(i =>
            {
                ZeroGradients(_layers[i]);
                outputs[i] = [.. _layers[i].Forward(inputs[i], Pass.Training)];
                inputGradients[i] = [.. _layers[i].Backward(gradients[i])];
            });
            results["output"] = Join(outputs);
            results["input_gradient"] = Join(inputGradients);
            foreach (string name in (string[])["weight", "bias"])
            {
                results[name + "_gradient"] = [.. Enumerable.Range(0, step[name + "_gradient"].Shape[0]).Select(c =>
                    _layers.Sum(layer => (double)layer.Parameters.Single(parameter => parameter.Name == name).Gradient[c]))];
            }

            AddRunning(results, _layers[^1]);
            return results;
        }
    }

    /// <summary>A layer that is fed the batch in micro-batches.</summary>
    private sealed class Accumulated(GoldenFile golden) : GoldenNormalizer
    {
        private readonly AccumulatedBatchNorm _layer = (AccumulatedBatchNorm)Loaded(Make(golden), golden.Initial);
        private readonly int[] _sizes = golden.Option<int[]>("micro_batches");

        public override Dictionary<string, double[]> Take(GoldenValues step)
        {
            Dictionary<string, double[]> results = [];
            if (step.Mode != "train")
            {
                results["output"] = TestData.Widen([.. _layer.Forward(GoldenComparison.Tensor(step["input"]), Pass.Inference)]);
                AddRunning(results, _layer);
                return results;
            }

            ZeroGradients(_layer);
            Tensor<float>[] inputs = Deal(step["input"], _sizes), gradients = Deal(step["output_gradient"], _sizes);
            float[][] outputs = new float[_sizes.Length][], inputGradients = new float[_sizes.Length][];
            _layer.Begin();
            Array.ForEach(inputs, _layer.Gather);
            for (int i = 0; i < inputs.Length; i++)
            {
                outputs[i] = [.. _layer.Forward(inputs[i], Pass.Training)];
                _layer.GatherGradient(gradients[i]);
            }

            for (int i = 0; i < inputs.Length; i++)
            {
                Assert.Equal(outputs[i], _layer.Forward(inputs[i], Pass.Training));
                inputGradients[i] = [.. _layer.Backward(gradients[i])];
            }

            results["output"] = Join(outputs);
            results["input_gradient"] = Join(inputGradients);
            AddParameters(results, _layer);
            AddRunning(results, _layer);
            return results;
        }
    }

    /// <summary>A linear layer, whose weights the file sets at each step, and cross-iteration normalization behind it.</summary>
    private sealed class CrossIteration : GoldenNormalizer
    {
        private readonly Linear _linear;
        private readonly CrossIterationBatchNorm _norm;

        public CrossIteration(GoldenFile golden)
        {
            int[] weights = golden.Steps[0]["linear_weight"].Shape;
            _linear = new Linear(weights[1], weights[0], new RandomSource(seed: 0), golden.Option<bool>("linear_bias"));
            _norm = new CrossIterationBatchNorm(_linear, new()
            {
                Window = golden.Option<int>("window"),
                BurnIn = golden.Option<int>("burn_in"),
                Rule = golden.Option<string>("rule") == "maximum" ? CrossIterationRule.Raise : CrossIterationRule.Drop,
                EpsilonOutside = golden.Option<bool>("epsilon_outside"),
                BatchNorm = new()
                {
                    Epsilon = golden.Option<double>("epsilon"),
                    RunningAverage = RunningAverage.Exponential(golden.Option<double>("momentum")),
                },
            });
            Loaded(_norm, golden.Initial);
        }

        public override Dictionary<string, double[]> Take(GoldenValues step)
        {
            foreach (Parameter parameter in _linear.Parameters)
            {
                GoldenComparison.Tensor(step["linear_" + parameter.Name]).CopyTo(parameter.Value);
            }

            ZeroGradients(_linear);
            ZeroGradients(_norm);
            Tensor<float> output = _norm.Forward(_linear.Forward(GoldenComparison.Tensor(step["input"]), PassOf(step)), PassOf(step));
            Dictionary<string, double[]> results = new() { ["output"] = TestData.Widen([.. output]) };
            if (step.Has("output_gradient"))
            {
                Tensor<float> gradient = _norm.Backward(GoldenComparison.Tensor(step["output_gradient"]));
                results["linear_output_gradient"] = TestData.Widen([.. gradient]);
                results["input_gradient"] = TestData.Widen([.. _linear.Backward(gradient)]);
                AddParameters(results, _linear, "linear_");
                AddParameters(results, _norm);
            }

            AddRunning(results, _norm);
            return results;
        }
    }
}
