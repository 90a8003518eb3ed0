using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Channels;

/// <summary>The product of a matrix and a vector, in double precision.</summary>
internal static unsafe class RowProducts
{
    /// <summary>Computes Σ matrix[r, c]·vector[c] for each row r.</summary>
    public static void Compute(ReadOnlySpan<float> matrix, ReadOnlySpan<double> vector, Span<double> products)
    {
        SpanChecks.Length(matrix, products.Length * vector.Length);
        fixed (float* m = matrix)
        fixed (double* v = vector)
        {
            ChannelReduction.Run(new Formula(m, v), new ChannelView(products.Length, 1, 1, vector.Length), products);
        }
    }

    private readonly struct Formula(float* matrix, double* vector) : IChannelReduction<double>
    {
        public double Shift(int set, nint offset) => 0;

        public Double16 Shifts<TAccess>(TAccess access, int set, nint offset)
            where TAccess : struct, IVectorAccess => default;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add<TAccess>(TAccess access, nint offset, nint position, Double16 shift, ref Double16 first, ref Double16 second)
            where TAccess : struct, IVectorAccess =>
            first = Double16.FusedMultiplyAdd(access.Widen(matrix + offset), access.Load(vector + position), first);

        public static double Result(double count, double shift, double first, double second) => first;
    }
}
