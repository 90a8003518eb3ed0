using System.Numerics;
using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Columns;

/// <summary>Computes ln(offset + x) of each element, and its inverse, in double precision for every type of element.</summary>
internal static unsafe class ColumnLog
{
    /// <summary>Computes y = ln(offset + x).</summary>
    /// <returns>The index of the first element that is infinite or not above −offset; −1 if there is none.</returns>
    public static int Apply<T>(ReadOnlySpan<T> x, double offset, Span<T> y)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Precision.Check<T>();
        SpanChecks.Length<T>(y, x.Length);
        int refused = FirstInfinity.None;
        fixed (T* source = x, destination = y)
        {
            Elementwise.Run(new Forward<T>(source, offset, destination, &refused), x.Length);
        }

        return FirstInfinity.Index(refused);
    }

    /// <summary>Computes x = eʸ − offset.</summary>
    /// <returns>The index of the first infinite element; −1 if there is none.</returns>
    public static int Invert<T>(ReadOnlySpan<T> y, double offset, Span<T> x)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Precision.Check<T>();
        SpanChecks.Length<T>(x, y.Length);
        int infinite = FirstInfinity.None;
        fixed (T* source = y, destination = x)
        {
            Elementwise.Run(new Inverse<T>(source, offset, destination, &infinite), y.Length);
        }

        return FirstInfinity.Index(infinite);
    }

    /// <summary>Returns the index of the first element that is infinite or not above −offset; −1 if there is none.</summary>
    public static int FirstRefused<T>(ReadOnlySpan<T> x, double offset)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Length; i++)
        {
            if (T.IsInfinity(x[i]) || double.CreateTruncating(x[i]) <= -offset)
            {
                return i;
            }
        }

        return -1;
    }

    private readonly struct Forward<T>(T* x, double offset, T* y, int* refused) : IElementwise
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static double Cost => 8;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TAccess>(TAccess access, nint position)
            where TAccess : struct, IVectorAccess
        {
            Double16 value = access.Mask(Precision.Load(access, x + position), 1);
            Double16 noted = Double16.Select(
                Double16.AtMost(value, Double16.Create(-offset)), Double16.Create(double.NegativeInfinity), value);
            FirstInfinity.Note(Double16.Infinities(noted), position, refused);

            Precision.Store(access, y + position, Double16.LogOfSum(Double16.Create(offset), value));
        }
    }

    private readonly struct Inverse<T>(T* y, double offset, T* x, int* infinite) : IElementwise
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public static double Cost => 8;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TAccess>(TAccess access, nint position)
            where TAccess : struct, IVectorAccess
        {
            Double16 value = Precision.Load(access, y + position);
            FirstInfinity.Note(Double16.Infinities(value), position, infinite);

            Precision.Store(access, x + position, Double16.ExpMinus(value, Double16.Create(offset)));
        }
    }
}
