using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics;

namespace Evenkeel.Benchmarks;

/// <summary>
/// Plain loops with the arithmetic of a reduction, over the same memory from start to end: one sum for all sets, and so the measure of what
/// the division into sets and blocks costs.
/// </summary>
internal static unsafe class PlainReduction
{
    /// <summary>Vectors that a thread takes at a time: 256 KB.</summary>
    private const int Slab = 1 << 12;

    private const MethodImplOptions Alone = MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining;

    /// <summary>Sums of a slab; they are kept, so that the loops are not optimized away.</summary>
    private static readonly double[] Sums = new double[1 << 16];

    /// <summary>Sum and sum of squares relative to the first element.</summary>
    public static Action Moments(float[] x) => Over(x.Length, (start, length) =>
    {
        fixed (float* first = x)
        {
            return Moments(first + start, length);
        }
    });

    /// <summary>Sum of the gradient, and of the gradient times the deviation.</summary>
    public static Action GradientSums(float[] x, float[] gradient) => Over(x.Length, (start, length) =>
    {
        fixed (float* first = x, firstGradient = gradient)
        {
            return GradientSums(first + start, firstGradient + start, length);
        }
    });

    private static Action Over(int length, Func<int, int, double> sum)
    {
        int slab = Slab * Vector512<float>.Count, slabs = (length - 1) / slab + 1;
        Action<int> body = i => Sums[i % Sums.Length] = sum(i * slab, Math.Min(slab, length - i * slab));
        return () => Parallelism.For(slabs, body);
    }

    [MethodImpl(Alone)]
    private static double Moments(float* x, int length)
    {
        var shift = Vector512.Create((double)x[0]);
        Vector512<double> firstSum = default, secondSum = default, firstSquares = default, secondSquares = default;
        for (int i = 0; i < length; i += Vector512<float>.Count)
        {
            (Vector512<double> a, Vector512<double> b) = Vector512.Widen(Vector512.Load(x + i));
            a -= shift;
            b -= shift;
            firstSum += a;
            secondSum += b;
            firstSquares = Vector512.FusedMultiplyAdd(a, a, firstSquares);
            secondSquares = Vector512.FusedMultiplyAdd(b, b, secondSquares);
        }

        return Vector512.Sum(firstSum + secondSum) + Vector512.Sum(firstSquares + secondSquares);
    }

    [MethodImpl(Alone)]
    private static double GradientSums(float* x, float* gradient, int length)
    {
        var mean = Vector512.Create(0.3);
        Vector512<double> firstSum = default, secondSum = default, firstProducts = default, secondProducts = default;
        for (int i = 0; i < length; i += Vector512<float>.Count)
        {
            (Vector512<double> a, Vector512<double> b) = Vector512.Widen(Vector512.Load(x + i));
            (Vector512<double> c, Vector512<double> d) = Vector512.Widen(Vector512.Load(gradient + i));
            firstSum += c;
            secondSum += d;
            firstProducts = Vector512.FusedMultiplyAdd(a - mean, c, firstProducts);
            secondProducts = Vector512.FusedMultiplyAdd(b - mean, d, secondProducts);
        }

        return Vector512.Sum(firstSum + secondSum) + Vector512.Sum(firstProducts + secondProducts);
    }
}
