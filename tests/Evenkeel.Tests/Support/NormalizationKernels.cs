using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Channels;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Tests.Support;

/// <summary>The passes that reduce sets and map them, in whichever order <see cref="MemoryStrategy"/> says.</summary>
internal static class NormalizationKernels
{
    public static IEnumerable<Kernel> Of(ChannelView view)
    {
        float[] x = TestData.Channels(view, seed: 1), dy = TestData.Uniform(view.Length, seed: 2), y = new float[view.Length];
        float[] other = TestData.Uniform(view.Length, seed: 3);
        string shape = $"[{view.Parts}, {view.Outer}, {view.Channels}, {view.Inner}]";

        yield return new Kernel($"normalization {shape}", (buffer, results) =>
        {
            var sets = new Sets(view);
            NormalizationForward.Run(buffer(0), view, sets.Moments, new Forward(sets), sets.Buffers.Affine, default(Epilogue), buffer(1));
            sets.AddTo(results);
        }, x, y);
        yield return new Kernel($"normalization, something added, and a relu {shape}", (buffer, results) =>
        {
            var sets = new Sets(view);
            var epilogue = new Epilogue { Residual = buffer(1), Relu = true };
            NormalizationForward.Run(buffer(0), view, sets.Moments, new Forward(sets), sets.Buffers.Affine, epilogue, buffer(2));
            sets.AddTo(results);
        }, x, other, y);
        yield return new Kernel($"gradient of normalization {shape}", (buffer, results) =>
        {
            Sets sets = Sets.Normalized(view);
            sets.Differentiate(new OutputGradient(buffer(0)), buffer(1), view, buffer(2));
            sets.AddTo(results);
        }, dy, x, y);
        yield return new Kernel($"gradient of normalization behind a relu {shape}", (buffer, results) =>
        {
            Sets sets = Sets.Normalized(view);
            var gradient = new OutputGradient(buffer(0), buffer(2), buffer(3));
            sets.Differentiate(gradient, buffer(1), view, buffer(3));
            sets.AddTo(results);
        }, dy, x, other, y);
    }

    /// <summary>Those of rows, whose elements have weights of their own.</summary>
    public static IEnumerable<Kernel> OfRows(int rows, int length)
    {
        var view = new ChannelView(rows, 1, 1, length);
        float[] x = TestData.Channels(view, seed: 1), dy = TestData.Uniform(view.Length, seed: 2), y = new float[view.Length];
        float[] weight = TestData.Uniform(length, seed: 3), bias = TestData.Uniform(length, seed: 4);

        yield return new Kernel($"normalization of rows {rows}x{length}", (buffer, results) =>
        {
            var sets = new Sets(view);
            var parameters = new RowAffine.Parameters(buffer(1), buffer(2));
            NormalizationForward.Run(buffer(0), view, sets.Moments, new Forward(sets), sets.Buffers.Affine, parameters, buffer(3));
            sets.AddTo(results);
        }, x, weight, bias, y);
        foreach ((string where, int result) in (IEnumerable<(string, int)>)[("y", 3), ("dy", 0), ("x", 1)])
        {
            yield return new Kernel($"gradient of normalization of rows {rows}x{length}, written over {where}", (buffer, results) =>
            {
                Sets sets = Sets.Normalized(view);
                var affineGradients = new AffineGradients[length];
                var reduction = new RowGradientReduction
                {
                    Means = sets.Buffers.Means,
                    InvStds = sets.Buffers.InvStds,
                    Weight = buffer(2),
                    Sums = sets.Buffers.Sums,
                    ParameterGradients = affineGradients,
                };
                NormalizationBackward.Run(
                    buffer(0), buffer(1), view, reduction, new Backward(sets), sets.Buffers.AffineGradient, buffer(result));
                sets.AddTo(results);
                results.AddRange(affineGradients.SelectMany(s => (double[])[s.Bias, s.Weight]));
            }, dy, x, weight, y);
        }
    }

    /// <summary>The buffers of some sets, and what these are reduced to.</summary>
    private sealed class Sets
    {
        public Sets(ChannelView view)
        {
            Buffers.Resize(view.Sets);
            Moments = new Moments[view.Sets];
        }

        public SetBuffers Buffers { get; } = new();

        public Moments[] Moments { get; }

        /// <summary>Sets that a forward pass has normalized.</summary>
        public static Sets Normalized(ChannelView view)
        {
            var sets = new Sets(view);
            double[] means = TestData.Widen(TestData.Uniform(view.Sets, seed: 5));
            var forward = new ForwardCoefficients(sets.Buffers, SetStatistics.Own, 0, view.Sets);
            for (int set = 0; set < view.Sets; set++)
            {
                forward.Write(set, means[set], invStd: 1.25, scale: 1, shift: 0);
            }

            return sets;
        }

        public void Differentiate(OutputGradient dy, ReadOnlySpan<float> x, ChannelView view, Span<float> dx) =>
            NormalizationBackward.Run(dy, x, view, new(Buffers.Means, Buffers.Sums), new Backward(this), Buffers.AffineGradient, dx);

        public void AddTo(List<double> results)
        {
            results.AddRange(Moments.SelectMany(m => (double[])[m.Count, m.Mean, m.SumOfSquaredDeviations]));
            foreach (GradientSums sums in Buffers.Sums)
            {
                results.AddRange([sums.Gradient, sums.GradientTimesDeviation]);
            }
        }
    }

    private readonly struct Forward(Sets sets) : ICoefficientBuilder
    {
        public void Build(int first, int count)
        {
            var forward = new ForwardCoefficients(sets.Buffers, new SetStatistics(sets.Moments.AsSpan(first, count)), first, count);
            for (int i = 0; i < count; i++)
            {
                forward.Write(i, forward.Mean(i), 1 / Math.Sqrt(forward.Variance(i) + 1e-5), 1.5, (first + i) % 3 - 1);
            }
        }
    }

    private readonly struct Backward(Sets sets) : ICoefficientBuilder
    {
        public void Build(int first, int count)
        {
            var backward = new BackwardCoefficients(sets.Buffers, sets.Buffers.Sums, first, count);
            for (int i = 0; i < count; i++)
            {
                backward.Write(i, 0.75 + (first + i) % 3, 0.01 * backward.GradientSum(i), 0.01 * backward.NormalizedGradientSum(i));
            }
        }
    }
}
