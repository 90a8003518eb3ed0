using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Simd;
using Evenkeel.Numerics.Threading;

namespace Evenkeel.Numerics.Loops;

/// <summary>A formula applied to each element: what to load, compute and store at an offset.</summary>
internal interface IElementwise
{
    /// <summary>Applies the formula to the lanes that start at element <paramref name="offset"/>.</summary>
    void Invoke<TAccess>(TAccess access, nint offset)
        where TAccess : struct, IVectorAccess;

    /// <summary>About the time of an element on one thread, in multiples of that of a sum or an affine map.</summary>
    static virtual double Cost => 1;
}

/// <summary>The loop over elements that depend on nothing but themselves.</summary>
internal static class Elementwise
{
    /// <summary>Applies <paramref name="formula"/> to <paramref name="length"/> elements.</summary>
    public static void Run<TFormula>(in TFormula formula, nint length)
        where TFormula : struct, IElementwise =>
        WorkerPool.Run(
            new Chunks<TFormula>(formula, length),
            (int)((length + WorkerPool.ChunkLength - 1) / WorkerPool.ChunkLength),
            WorkerPool.Estimate(length, TFormula.Cost));

    private readonly struct Chunks<TFormula>(TFormula formula, nint length) : IWork
        where TFormula : struct, IElementwise
    {
        public void Invoke(int index)
        {
            nint start = (nint)index * WorkerPool.ChunkLength;
            Loop(formula, start, Math.Min(length, start + WorkerPool.ChunkLength));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Loop<TFormula>(TFormula formula, nint start, nint end)
        where TFormula : struct, IElementwise
    {
        nint i = start;
        for (; i <= end - FullVector.Count; i += FullVector.Count)
        {
            formula.Invoke(default(FullVector), i);
        }

        if (i < end)
        {
            formula.Invoke(new MaskedVector((int)(end - i)), i);
        }
    }
}
