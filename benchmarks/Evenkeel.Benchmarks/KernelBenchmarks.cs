using System.CommandLine;
using BenchmarkDotNet.Attributes;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Running;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Channels;

namespace Evenkeel.Benchmarks;

/// <summary>The kernels of which normalizations are made, each alone.</summary>
public class KernelBenchmarks
{
    private float[] _x = [];
    private float[] _dy = [];
    private float[] _y = [];
    private float[] _ones = [];
    private double[] _means = [];
    private Moments[] _moments = [];
    private GradientSums[] _sums = [];
    private ChannelView _view;

    /// <summary>Outer × channels × inner: in the second-level cache, in the last-level cache and beyond, channel first and last.</summary>
    [Params("16×64×64", "1024×64×1", "128×256×64", "8192×256×1", "32×256×3136", "100352×256×1")]
    public string Shape { get; set; } = "";

    /// <summary>Makes the elements.</summary>
    [GlobalSetup]
    public void SetUp()
    {
        int[] lengths = Array.ConvertAll(Shape.Split('×'), int.Parse);
        _view = new ChannelView(lengths[0], lengths[1], lengths[2]);
        (_x, _dy, _y) = (RandomValues.Normal(_view.Length, 1), RandomValues.Normal(_view.Length, 2), new float[_view.Length]);
        _ones = new float[_view.Sets];
        Array.Fill(_ones, 1);
        (_means, _moments, _sums) = (new double[_view.Sets], new Moments[_view.Sets], new GradientSums[_view.Sets]);
    }

    [Benchmark(Description = "ChannelMoments")]
    public void Moments() => ChannelMoments.Compute<float>(_x, _view, _moments);

    [Benchmark(Description = "ChannelAffine")]
    public void Affine() => NormalizationForward.Map(_x, _view, new(_ones, _ones, _ones), default, _y);

    [Benchmark(Description = "ChannelGradientSums")]
    public void GradientSums() => ChannelGradientSums.Compute(_dy, _x, _view, _means, _sums);

    [Benchmark(Description = "ChannelAffineGradient")]
    public void AffineGradient() => NormalizationBackward.Map(
        _dy,
        _x,
        _view,
        new()
        {
            Center = _ones,
            Scale = _ones,
            GradientScale = _ones,
            DeviationScale = _ones,
            Shift = _ones,
        },
        _y);

    /// <summary>The command <c>kernels</c>, which hands BenchmarkDotNet its own options on.</summary>
    internal static Command Command()
    {
        var command = new Command("kernels", "The kernels of normalization and the worker pool, by BenchmarkDotNet, with its options.")
        {
            TreatUnmatchedTokensAsErrors = false,
        };
        command.SetAction(parsed =>
        {
            // Without options, the switcher would ask.
            IReadOnlyList<string> options = parsed.UnmatchedTokens is { Count: > 0 } given ? given : ["--filter", "*"];
            BenchmarkSwitcher.FromTypes([typeof(KernelBenchmarks), typeof(WorkerPoolBenchmarks)]).Run([.. options], DefaultConfig.Instance);
        });
        return command;
    }
}
