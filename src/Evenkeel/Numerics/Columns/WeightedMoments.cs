using System.Numerics;
using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Columns;

/// <summary>Computes the moments of each column of a table with row weights, ignoring NaN.</summary>
internal static unsafe class WeightedMoments
{
    /// <summary>Computes Σw, the weighted mean and Σw·(x − mean)² of each column.</summary>
    /// <remarks>
    /// Two sweeps: the first gives a mean m, the second, with e = x − m, mean = m + Σwe/Σw and
    /// Σw(x − mean)² = Σwe² − (Σwe)²/Σw. The first mean is off by no more than its rounding, so that nothing cancels.
    /// If Σwx overflows, two more sweeps compute the mean relative to the smallest value.
    /// </remarks>
    /// <param name="x">The elements, laid out as <paramref name="view"/> says.</param>
    /// <param name="view">The shape, of one part: (rows, columns, 1), or, column after column, (1, columns, rows).</param>
    /// <param name="weights">A weight per row; empty if all are 1.</param>
    /// <param name="moments">Receives one value per column.</param>
    public static void Compute<T>(ReadOnlySpan<T> x, ChannelView view, ReadOnlySpan<double> weights, Span<Moments> moments)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Precision.Check<T>();
        SpanChecks.Length(x, view.Length);
        SpanChecks.Length<Moments>(moments, view.Sets);
        var means = new double[view.Sets];
        var sums = new Sums[view.Sets];
        var deviations = new Sums[view.Sets];
        fixed (T* source = x)
        fixed (double* weight = weights, mean = means)
        {
            var rows = new RowWeights(weight, view.Inner > 1);
            ChannelReduction.Run(new MeanFormula<T>(source, rows), view, sums);
            for (int c = 0; c < means.Length; c++)
            {
                means[c] = sums[c].First == 0 ? 0 : sums[c].Second / sums[c].First;
            }

            if (!means.All(double.IsFinite))
            {
                Extrema[] extrema = ExtremaOf(x, view, weights);
                int[] far = [.. Enumerable.Range(0, means.Length).Where(c => !double.IsFinite(means[c]))];
                foreach (int c in far)
                {
                    means[c] = extrema[c].Min;
                }

                ChannelReduction.Run(new DeviationFormula<T>(source, rows, mean), view, deviations);
                foreach (int c in far)
                {
                    means[c] += deviations[c].First / sums[c].First;
                }
            }

            ChannelReduction.Run(new DeviationFormula<T>(source, rows, mean), view, deviations);
        }

        for (int c = 0; c < moments.Length; c++)
        {
            double count = sums[c].First, deviation = deviations[c].First;
            moments[c] = count == 0
                ? Moments.Empty
                : new Moments(count, means[c] + deviation / count, Math.Max(0, deviations[c].Second - deviation * (deviation / count)));
        }
    }

    private static Extrema[] ExtremaOf<T>(ReadOnlySpan<T> x, ChannelView view, ReadOnlySpan<double> weights)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var extrema = new Extrema[view.Sets];
        if (weights.IsEmpty)
        {
            ChannelExtrema.Compute(x, view, extrema);
        }
        else
        {
            ChannelExtrema.Compute(x, view, weights, extrema);
        }

        return extrema;
    }

    private readonly record struct Sums(double First, double Second);

    private readonly struct MeanFormula<T>(T* x, RowWeights weights) : IChannelReduction<Sums>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public double Shift(int set, nint offset) => 0;

        public Double16 Shifts<TAccess>(TAccess access, int set, nint offset)
            where TAccess : struct, IVectorAccess => default;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add<TAccess>(TAccess access, nint offset, nint position, Double16 shift, ref Double16 first, ref Double16 second)
            where TAccess : struct, IVectorAccess
        {
            Double16 value = Precision.Load(access, x + offset);
            Double16 isNumber = Double16.IsNumber(value);
            Double16 w = weights.Load(access, position) & isNumber;
            first += w;
            second = Double16.FusedMultiplyAdd(w, value & isNumber, second);
        }

        public static Sums Result(double count, double shift, double first, double second) => new(first, second);
    }

    private readonly struct DeviationFormula<T>(T* x, RowWeights weights, double* mean) : IChannelReduction<Sums>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public double Shift(int set, nint offset) => mean[set];

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Double16 Shifts<TAccess>(TAccess access, int set, nint offset)
            where TAccess : struct, IVectorAccess => access.Load(mean + set);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add<TAccess>(TAccess access, nint offset, nint position, Double16 shift, ref Double16 first, ref Double16 second)
            where TAccess : struct, IVectorAccess
        {
            Double16 value = Precision.Load(access, x + offset);
            Double16 isNumber = Double16.IsNumber(value);
            Double16 deviation = (value - shift) & isNumber;
            Double16 weighted = weights.Load(access, position) * deviation;
            first += weighted;
            second = Double16.FusedMultiplyAdd(weighted, deviation, second);
        }

        public static Sums Result(double count, double shift, double first, double second) => new(first, second);
    }
}
