using System.Numerics;
using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Columns;

/// <summary>Scales each set to norm 1.</summary>
internal static unsafe class UnitNorm
{
    /// <summary>Computes y = x/‖x‖ for each set.</summary>
    /// <remarks>
    /// With f the power of two for which 1 ≤ f·max|x| &lt; 2, y = (f·x)/‖f·x‖: no square overflows or underflows, and the product with
    /// f is exact. NaN is ignored in the norm and stays NaN; a set of zeros stays zero.
    /// </remarks>
    /// <param name="x">The elements, laid out as <paramref name="view"/> says.</param>
    /// <param name="view">The shape.</param>
    /// <param name="norm">The norm.</param>
    /// <param name="y">Receives the result; may be <paramref name="x"/> itself.</param>
    /// <returns>The index of the first infinite element; −1 if there is none.</returns>
    public static int Apply<T>(ReadOnlySpan<T> x, ChannelView view, VectorNorm norm, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        SpanChecks.Length<T>(y, view.Length);
        var extrema = new Extrema[view.Sets];
        ChannelExtrema.Compute(x, view, extrema);
        bool isFinite = extrema.All(e => e.IsEmpty || (double.IsFinite(e.Min) && double.IsFinite(e.Max)));
        int infinite = isFinite ? -1 : FirstInfinity.IndexIn(x);
        var factors = new double[view.Sets];
        var norms = new double[view.Sets];
        for (int set = 0; set < extrema.Length; set++)
        {
            double largest = extrema[set].IsEmpty ? 0 : Math.Max(Math.Abs(extrema[set].Min), Math.Abs(extrema[set].Max));
            factors[set] = largest == 0 ? 1 : Math.ScaleB(1, -Math.Max(Math.ILogB(largest), SmallestExponent));
            norms[set] = norm == VectorNorm.Max ? factors[set] * largest : 0;
        }

        fixed (T* source = x, destination = y)
        fixed (double* factor = factors, length = norms)
        {
            if (norm == VectorNorm.L1)
            {
                ChannelReduction.Run(new Magnitudes<T>(source, factor), view, norms.AsSpan());
            }
            else if (norm == VectorNorm.L2)
            {
                ChannelReduction.Run(new Squares<T>(source, factor), view, norms.AsSpan());
            }

            for (int set = 0; set < norms.Length; set++)
            {
                norms[set] = norms[set] == 0 ? 1 : norm == VectorNorm.L2 ? Math.Sqrt(norms[set]) : norms[set];
            }

            ChannelMap.Run<Quotient<T>, Coefficients>(new Quotient<T>(source, factor, length, destination), view);
        }

        return infinite;
    }

    /// <summary>The exponent of the smallest normal number, whose inverse is finite.</summary>
    private const int SmallestExponent = -1022;

    // The shift of a block is its factor.
    private readonly struct Magnitudes<T>(T* x, double* factor) : IChannelReduction<double>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public double Shift(int set, nint offset) => factor[set];

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Double16 Shifts<TAccess>(TAccess access, int set, nint offset)
            where TAccess : struct, IVectorAccess => access.Load(factor + set);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add<TAccess>(TAccess access, nint offset, nint position, Double16 shift, ref Double16 first, ref Double16 second)
            where TAccess : struct, IVectorAccess
        {
            Double16 value = Precision.Load(access, x + offset);
            first += Double16.Abs(value & Double16.IsNumber(value)) * shift;
        }

        public static double Result(double count, double shift, double first, double second) => first;
    }

    private readonly struct Squares<T>(T* x, double* factor) : IChannelReduction<double>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public double Shift(int set, nint offset) => factor[set];

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Double16 Shifts<TAccess>(TAccess access, int set, nint offset)
            where TAccess : struct, IVectorAccess => access.Load(factor + set);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add<TAccess>(TAccess access, nint offset, nint position, Double16 shift, ref Double16 first, ref Double16 second)
            where TAccess : struct, IVectorAccess
        {
            Double16 value = Precision.Load(access, x + offset);
            Double16 scaled = (value & Double16.IsNumber(value)) * shift;
            first = Double16.FusedMultiplyAdd(scaled, scaled, first);
        }

        public static double Result(double count, double shift, double first, double second) => first;
    }

    private readonly record struct Coefficients(Double16 Factor, Double16 Norm);

    private readonly struct Quotient<T>(T* x, double* factor, double* norm, T* y) : IChannelMap<Coefficients>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public Coefficients Of(int set) => new(Double16.Create(factor[set]), Double16.Create(norm[set]));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Coefficients From<TAccess>(TAccess access, int set)
            where TAccess : struct, IVectorAccess =>
            new(access.Load(factor + set), access.Load(norm + set));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TAccess>(TAccess access, nint offset, nint position, in Coefficients c)
            where TAccess : struct, IVectorAccess =>
            Precision.Store(access, y + offset, Precision.Load(access, x + offset) * c.Factor / c.Norm);
    }
}
