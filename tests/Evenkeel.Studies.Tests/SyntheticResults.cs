global using MeasuredResults = Evenkeel.Studies.Results.StudyResults<Evenkeel.Studies.Harness.MeasuredSettings,
    Evenkeel.Studies.Results.MeasuredRun>;
using System.Globalization;
using Evenkeel.Studies.Harness;
using Evenkeel.Studies.Results;
using Evenkeel.Studies.Studies.InitScale;

namespace Evenkeel.Studies.Tests;

/// <summary>Results that the study of initial scales could give, without training.</summary>
internal static class SyntheticResults
{
    public static double[] Scales { get; } =
        [.. Enumerable.Range(0, 16).Select(i => double.Parse(Levels[i], CultureInfo.InvariantCulture))];

    private static string[] Levels =>
    [
        "1", "0.5411695265464637", "0.2928644564625237", "0.15848931924611134", "0.08576958985908942", "0.046415888336127795",
        "0.025118864315095794", "0.013593563908785255", "0.007356422544596414", "0.003981071705534973", "0.0021544346900318843",
        "0.0011659144011798323", "0.000630957344480193", "0.0003414548873833601", "0.00018478497974222906", "0.0001",
    ];

    public static MeasuredResults Create(int seeds = 3, string data = "MNIST", bool completed = true)
    {
        MeasuredRun[] runs =
        [
            .. from i in Enumerable.Range(0, 16)
               from normalization in new[] { "none", "batch" }
               from seed in Enumerable.Range(0, seeds)
               select Run(i, normalization, seed),
        ];
        return new MeasuredResults(
            new MeasuredSettings(seeds, data, 2, runs.Length, [new("network", "made up")]),
            "AMD Ryzen 9 9950X, Linux x64, .NET 10.0.1",
            21.4,
            completed,
            [.. completed ? runs : runs.Take(23)]);
    }

    /// <summary>The same runs with other final accuracies.</summary>
    public static MeasuredResults WithFinal(Func<double, string, double> accuracy)
    {
        MeasuredResults results = Create();
        return results with
        {
            Runs =
            [
                .. results.Runs.Select(run => run with
                {
                    Points = [new(InitScaleStudy.Final, 0,
                        accuracy(double.Parse(run.Conditions["scale"], CultureInfo.InvariantCulture), run.Conditions["normalization"]))],
                }),
            ],
        };
    }

    private static MeasuredRun Run(int index, string normalization, int seed)
    {
        bool batch = normalization == "batch";
        double scale = Scales[index];
        var random = new Random((int)(scale * 1e6) * 31 + seed * 7 + (batch ? 1 : 0));
        double exponent = Math.Log10(scale);
        double final = batch
            ? Bump(exponent, center: -1.9, width: 1.25, power: 6)
            : 0.75 * Bump(exponent, center: -0.92, width: 0.28, power: 4);
        final = Math.Clamp(final + (batch ? 0.12 : 0.3) * Math.Min(final, 1.1 - final) * (random.NextDouble() - 0.5), 0, 1) * 0.9 + 0.1;
        double pace = batch ? 30 + 40 * Math.Abs(exponent + 1.3) : 90;
        var recorder = new Recorder();
        double accuracy = 0.1;
        for (int update = 1; update <= 191; update += 10)
        {
            double progress = (1 - Math.Exp(-update / pace)) / (1 - Math.Exp(-191 / pace));
            accuracy = Math.Clamp(0.1 + (final - 0.1) * progress + 0.015 * (random.NextDouble() - 0.5), 0, 1);
            recorder.Add("train accuracy", accuracy, update);
        }

        recorder.Add(InitScaleStudy.Final, accuracy);
        if (seed == 0)
        {
            AddActivations(recorder, InitScaleStudy.AtStart, batch, scale, 1, random);
            AddActivations(recorder, InitScaleStudy.AtEnd, batch, scale, 1.15, random);
        }

        return new MeasuredRun(
            new Dictionary<string, string> { ["scale"] = Levels[index], ["normalization"] = normalization }, seed, recorder.Points)
        {
            Histograms = recorder.Histograms,
        };
    }

    private static void AddActivations(Recorder recorder, string time, bool batch, double scale, double growth, Random random)
    {
        // The input's norm is about 9; each layer of ReLU passes on half of the energy of its hundred units.
        double deviation = 9.2 * scale;
        for (int layer = 0; layer < 5; layer++)
        {
            double current = batch ? growth : deviation;
            bool diverged = !batch && growth > 1 && scale > 0.5 && layer > 2;
            var activations = new float[4000];
            for (int i = 0; i < activations.Length; i++)
            {
                activations[i] = diverged ? float.NaN : (float)Math.Max(0, current * Normal(random));
            }

            recorder.AddHistogram(time, activations, bins: 40, layer + 1);
            deviation *= scale * growth * Math.Sqrt(50);
        }
    }

    private static double Bump(double x, double center, double width, double power) =>
        Math.Exp(-Math.Pow(Math.Abs(x - center) / width, power));

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
