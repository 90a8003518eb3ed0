using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Channels;

namespace Evenkeel.Lab.Time;

/// <summary>Running statistics over the steps of training, and one and the same value normalized by them.</summary>
/// <param name="Change">The step after which the data change.</param>
/// <param name="TrueMean">The mean of the data in each step.</param>
/// <param name="TrueVariance">Their variance.</param>
/// <param name="BatchMean">The mean of each batch.</param>
/// <param name="BatchVariance">The variance of each batch, as it is kept.</param>
/// <param name="RunningMean">The running mean after each step.</param>
/// <param name="RunningVariance">The running variance after each step.</param>
/// <param name="TrainingOutput">The followed value, normalized by each batch.</param>
/// <param name="InferenceOutput">The same value normalized by the running statistics.</param>
/// <param name="TrueOutput">The same value normalized by the true statistics.</param>
internal sealed record Timeline(
    int Change, double[] TrueMean, double[] TrueVariance, double[] BatchMean, double[] BatchVariance, double[] RunningMean,
    double[] RunningVariance, double[] TrainingOutput, double[] InferenceOutput, double[] TrueOutput)
{
    /// <summary>The value that is followed.</summary>
    public const float Followed = 5;

    private const double Epsilon = 1e-5;

    // Before the change, and after it: as if contrast and brightness were halved.
    private static readonly (float Mean, float Deviation) First = (3, 2), Second = (1.5f, 1);

    /// <summary>Runs the steps with the library's batch normalization.</summary>
    /// <exception cref="ArgumentException">A number is out of its range.</exception>
    public static Timeline Of(TimelineRequest request)
    {
        if (request is not { NewWeight: >= 0 and <= 1, BatchSize: >= 2 and <= 256, Steps: >= 10 and <= 1000, Seed: >= 0 }
            || request.After is not (TimelineRequest.Train or TimelineRequest.Freeze or TimelineRequest.Recalibrate))
        {
            throw new ArgumentException(
                "The weight of the new batch must be from 0 to 1, the batch size from 2 to 256, the steps from 10 to 1000, and what "
                + "happens after the change one of train, freeze and recalibrate.");
        }

        int steps = request.Steps, change = request.ChangeStep;
        var line = new Timeline(
            change, new double[steps], new double[steps], new double[steps], new double[steps], new double[steps], new double[steps],
            new double[steps], new double[steps], new double[steps]);
        var layer = new BatchNorm(1, new()
        {
            RunningAverage = request.NewWeight == 0 ? RunningAverage.Cumulative : RunningAverage.Exponential(request.NewWeight),
            RunningVariance = request.IsSample ? VarianceEstimator.Sample : VarianceEstimator.Population,
            Affine = false,
            Epsilon = Epsilon,
        });
        var random = new RandomSource((ulong)request.Seed);
        for (int step = 0; step < steps; step++)
        {
            (float mean, float deviation) = step < change ? First : Second;
            Tensor<float> batch = Draw(random, request.BatchSize, mean, deviation);
            if (step == change && request.After != TimelineRequest.Train)
            {
                layer.Freeze();
            }

            if (step == request.RecalibrationStep && request.After == TimelineRequest.Recalibrate)
            {
                _ = Recalibration.Recalibrate(
                    layer, [.. Enumerable.Range(0, 16).Select(_ => Draw(random, request.BatchSize, mean, deviation))]);
            }

            line.Record(step, layer, batch, request.IsSample, (mean, deviation));
        }

        return line;
    }

    private void Record(int step, BatchNorm layer, Tensor<float> batch, bool isSample, (double Mean, double Deviation) truth)
    {
        Moments moments = default;
        ChannelMoments.Compute<float>(batch.Elements(), ChannelView.Of(batch.Lengths, axis: 1), new Span<Moments>(ref moments));
        _ = layer.Forward(batch, Pass.Training);
        TrainingOutput[step] = (Followed - moments.Mean) / Math.Sqrt(moments.PopulationVariance + Epsilon);
        InferenceOutput[step] = layer.Forward(Tensor.Create([Followed], [1, 1]), Pass.Inference).Elements()[0];
        TrueOutput[step] = (Followed - truth.Mean) / truth.Deviation;
        (TrueMean[step], TrueVariance[step]) = (truth.Mean, truth.Deviation * truth.Deviation);
        (BatchMean[step], BatchVariance[step]) = (moments.Mean, isSample ? moments.SampleVariance : moments.PopulationVariance);
        RunningStatistics running = layer.RunningStatistics!;
        (RunningMean[step], RunningVariance[step]) = (running.Mean[0], running.Variance[0]);
    }

    private static Tensor<float> Draw(RandomSource random, int count, float mean, float deviation)
    {
        Tensor<float> batch = Tensor.CreateFromShape<float>([count, 1]);
        random.Next().FillNormal(batch.Elements(), mean, deviation);
        return batch;
    }
}
