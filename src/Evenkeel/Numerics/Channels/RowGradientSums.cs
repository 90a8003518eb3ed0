using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Channels;

/// <summary>Σ dy·weight and Σ dy·weight·(x − mean) of each row, with a weight per position.</summary>
internal static unsafe class RowGradientSums
{
    /// <summary>Throws unless the spans fit the view, and the view has rows.</summary>
    public static void Check(ReadOnlySpan<float> dy, ReadOnlySpan<float> x, ChannelView view, RowGradientReduction reduction)
    {
        view.CheckRows(nameof(view));
        SpanChecks.Length(dy, view.Length);
        SpanChecks.Length(x, view.Length);
        SpanChecks.Length(reduction.Means, view.Sets, "reduction.Means");
        SpanChecks.Length(reduction.InvStds, view.Sets, "reduction.InvStds");
        SpanChecks.Length(reduction.Weight, view.Inner, "reduction.Weight");
        SpanChecks.Length<GradientSums>(reduction.Sums, view.Sets, "reduction.Sums");
        SpanChecks.Length<AffineGradients>(
            reduction.ParameterGradients, reduction.ParameterGradients.IsEmpty ? 0 : view.Inner, "reduction.ParameterGradients");
    }

    /// <summary>Adds one vector to the sums.</summary>
    public readonly struct Formula(float* dy, float* x, double* means, float* weight) : IChannelReduction<GradientSums>
    {
        public static int Tensors => 2;

        public double Shift(int set, nint offset) => means[set];

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Double16 Shifts<TAccess>(TAccess access, int set, nint offset)
            where TAccess : struct, IVectorAccess => access.Load(means + set);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add<TAccess>(TAccess access, nint offset, nint position, Double16 shift, ref Double16 first, ref Double16 second)
            where TAccess : struct, IVectorAccess
        {
            Double16 weighted = access.Widen(dy + offset) * access.Widen(weight + position);
            Double16 deviation = access.Widen(x + offset) - shift;
            first += weighted; // zero beyond the end
            second = Double16.FusedMultiplyAdd(weighted, deviation, second);
        }

        public static GradientSums Result(double count, double shift, double first, double second) => new(first, second);
    }
}
