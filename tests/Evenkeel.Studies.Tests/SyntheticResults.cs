global using FeatureScalingResults = Evenkeel.Studies.Results.StudyResults<Evenkeel.Studies.Studies.FeatureScaling.FeatureScalingSettings, Evenkeel.Studies.Studies.FeatureScaling.FeatureScalingRun>;
global using InitScaleResults = Evenkeel.Studies.Results.StudyResults<Evenkeel.Studies.Studies.InitScale.InitScaleSettings, Evenkeel.Studies.Studies.InitScale.InitScaleRun>;
using Evenkeel.Studies.Studies.InitScale;

namespace Evenkeel.Studies.Tests;

/// <summary>Results as the sweep of initial scales might give them, without training anything.</summary>
internal static class SyntheticResults
{
    public static InitScaleSettings Settings(int seeds = 3, string data = "MNIST") => new(
        [.. Enumerable.Range(0, 16).Select(i => Math.Pow(10, -4.0 * i / 15))],
        seeds, 191, 100, 1000, 784, 5, 100, 10, 0.01, data, 2);

    public static InitScaleResults Create(int seeds = 3, string data = "MNIST", bool completed = true)
    {
        var settings = Settings(seeds, data);
        var runs =
            from scale in settings.Scales
            from normalization in new[] { InitScaleRun.None, InitScaleRun.Batch }
            from seed in Enumerable.Range(0, seeds)
            select Run(settings, scale, normalization, seed);
        return new InitScaleResults(
            settings, "AMD Ryzen 9 9950X, Linux x64, .NET 10.0.1", 21.4, completed,
            [.. completed ? runs : runs.Take(23)]);
    }

    private static InitScaleRun Run(InitScaleSettings settings, double scale, string normalization, int seed)
    {
        bool batch = normalization == InitScaleRun.Batch;
        var random = new Random(HashCode(scale, seed, batch));
        double exponent = Math.Log10(scale);
        double final = batch
            ? Bump(exponent, center: -1.9, width: 1.25, power: 6)
            : 0.75 * Bump(exponent, center: -0.92, width: 0.28, power: 4);
        final = Math.Clamp(final + (batch ? 0.12 : 0.3) * Math.Min(final, 1.1 - final) * (random.NextDouble() - 0.5), 0, 1) * 0.9 + 0.1;
        double pace = batch ? 30 + 40 * Math.Abs(exponent + 1.3) : 90;
        double reached = 1 - Math.Exp(-settings.Updates / pace);

        var accuracy = new List<AccuracyPoint>();
        for (int update = 0; update <= settings.Updates; update += update + 10 > settings.Updates && update < settings.Updates ? settings.Updates - update : 10)
        {
            double progress = (1 - Math.Exp(-update / pace)) / reached;
            double noise = update == 0 ? 0 : 0.015 * (random.NextDouble() - 0.5);
            accuracy.Add(new AccuracyPoint(update, Math.Clamp(0.1 + (final - 0.1) * progress + noise, 0, 1)));
        }

        return new InitScaleRun(
            scale, normalization, seed, accuracy,
            seed == 0 ? Layers(settings, batch, scale, 1, random) : [],
            seed == 0 ? Layers(settings, batch, scale, 1.15, random) : []);
    }

    private static LayerHistogram[] Layers(InitScaleSettings settings, bool batch, double scale, double growth, Random random)
    {
        // The input's norm is about 9; each layer of ReLU passes on half of the energy of its hundred units.
        double deviation = 9.2 * scale;
        var layers = new LayerHistogram[settings.HiddenLayers];
        for (int layer = 0; layer < layers.Length; layer++)
        {
            double current = batch ? growth : deviation;
            bool diverged = !batch && growth > 1 && scale > 0.5 && layer > 2;
            var activations = new float[4000];
            for (int i = 0; i < activations.Length; i++)
            {
                activations[i] = diverged ? float.NaN : (float)Math.Max(0, current * Normal(random));
            }

            layers[layer] = LayerHistogram.Of(layer + 1, activations, bins: 40);
            deviation *= scale * growth * Math.Sqrt(settings.Width / 2.0);
        }

        return layers;
    }

    private static double Bump(double x, double center, double width, double power) =>
        Math.Exp(-Math.Pow(Math.Abs(x - center) / width, power));

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

    private static int HashCode(double scale, int seed, bool batch) => (int)(scale * 1e6) * 31 + seed * 7 + (batch ? 1 : 0);
}
