using System.Numerics.Tensors;
using Evenkeel.Data;
using Evenkeel.Numerics;
using Evenkeel.Studies.Harness;
using Evenkeel.Studies.Results;

namespace Evenkeel.Studies.Tests.Harness;

/// <summary>Runs of measured studies, and images, that are made up.</summary>
internal static class MadeUp
{
    /// <summary>Results in which each run of each seed has the numbers that are given for its conditions.</summary>
    /// <param name="runs">Conditions, and the quantities' numbers.</param>
    /// <param name="seeds">How many seeds.</param>
    public static StudyResults<MeasuredSettings, MeasuredRun> Results(
        IEnumerable<((string Factor, string Level)[] Conditions, (string Quantity, double Value)[] Numbers)> runs, int seeds =
            Verdict.MinSeeds)
    {
        MeasuredRun[] all =
        [
            .. from seed in Enumerable.Range(0, seeds)
               from run in runs
               select new MeasuredRun(
                   run.Conditions.ToDictionary(condition => condition.Factor, condition => condition.Level),
                   seed,
                   [.. run.Numbers.Select(
                       number => new Measurement(number.Quantity, 0, double.IsFinite(number.Value) ? number.Value : null))]),
        ];
        return new(new MeasuredSettings(seeds, "MNIST", 2, all.Length, [new("network", "made up")]), "a machine", 1.5, true, all);
    }

    /// <summary>A study's input of small images, each class a blob at another place, and next to no training.</summary>
    /// <param name="side">Height and width.</param>
    /// <param name="classes">How many classes.</param>
    /// <param name="count">How many images of each kind.</param>
    /// <param name="seeds">How many seeds.</param>
    public static StudyInput Input(int side = 8, int classes = 4, int count = 200, int seeds = 1)
    {
        var random = new RandomSource(7);
        return new StudyInput(
            seeds, new ImageClassificationData(Images(random), Images(random), side, side, 1, classes), "blobs")
        { Shortening = 100 };

        Dataset<int> Images(RandomSource random)
        {
            float[] pixels = new float[count * side * side];
            random.Next().FillUniform(pixels, 0, 1);
            int[] labels = [.. Enumerable.Range(0, count).Select(i => i % classes)];
            for (int i = 0; i < count; i++)
            {
                pixels[i * side * side + (labels[i] * 5 + 3) % (side * side)] += 3;
            }

            return new Dataset<int>(Tensor.Create(pixels, [count, side, side, 1]), Tensor.Create(labels));
        }
    }
}
