using System.Numerics;
using System.Runtime.InteropServices;
using Evenkeel.Tensors;

namespace Evenkeel.Cli.Commands.Model;

/// <summary>How far the elements of two tensors of one shape and type are apart.</summary>
/// <param name="Absolute">The largest |a − b|; two NaN are equal, and a NaN is infinitely far from a number.</param>
/// <param name="Relative">The largest |a − b| / max(|a|, |b|).</param>
/// <param name="HasEqualBits">Whether all bits are equal.</param>
/// <param name="IsWithinTolerance">Whether |a − b| is at most the tolerance times max(1, |a|, |b|) for all elements.</param>
internal sealed record TensorDifference(double Absolute, double Relative, bool HasEqualBits, bool IsWithinTolerance)
{
    private const int Chunk = 32 * 1024;

    /// <summary>Compares two tensors.</summary>
    /// <exception cref="InvalidDataException">One is in a file that was changed or damaged.</exception>
    public static TensorDifference Of(NamedTensor a, NamedTensor b, double tolerance) => a.Type switch
    {
        DataType.Float64 => Of<double>(a, b, tolerance),
        DataType.Float32 or DataType.Float16 or DataType.BFloat16 => Of<float>(a, b, tolerance),
        _ => Of<long>(a, b, tolerance),
    };

    private static TensorDifference Of<T>(NamedTensor a, NamedTensor b, double tolerance)
        where T : unmanaged, INumberBase<T>
    {
        using ElementReader<T> readerA = a.OpenElements<T>(), readerB = b.OpenElements<T>();
        T[] bufferA = new T[Math.Min(Chunk, a.ElementCount)], bufferB = new T[bufferA.Length];
        double absolute = 0, relative = 0;
        bool equal = true, within = true;
        for (long start = 0; start < a.ElementCount; start += Chunk)
        {
            int length = (int)Math.Min(Chunk, a.ElementCount - start);
            Span<T> partA = bufferA.AsSpan(0, length), partB = bufferB.AsSpan(0, length);
            readerA.Read(partA);
            readerB.Read(partB);
            if (MemoryMarshal.AsBytes(partA).SequenceEqual(MemoryMarshal.AsBytes(partB)))
            {
                continue;
            }

            equal = false;
            for (int i = 0; i < length; i++)
            {
                double x = double.CreateTruncating(partA[i]), y = double.CreateTruncating(partB[i]);
                double difference = Difference(partA[i], partB[i], x, y);
                double magnitude = Math.Max(Math.Abs(x), Math.Abs(y));
                absolute = Math.Max(absolute, difference);
                relative = Math.Max(
                    relative, difference == 0 ? 0 : double.IsFinite(difference) ? difference / magnitude : difference);
                within &= difference == 0 || (double.IsFinite(difference) && difference <= tolerance * Math.Max(1, magnitude));
            }
        }

        readerA.End();
        readerB.End();
        return new TensorDifference(absolute, relative, equal, within);
    }

    private static double Difference<T>(T a, T b, double x, double y)
        where T : INumberBase<T>
    {
        if (a.Equals(b))
        {
            return 0; // two NaN, and infinities of one sign, too
        }

        if (!double.IsFinite(x) || !double.IsFinite(y))
        {
            return double.PositiveInfinity;
        }

        // Integers beyond 2^53 may become the same double.
        return x == y && a != b ? double.CreateTruncating(T.Abs(a - b)) : Math.Abs(x - y);
    }
}
