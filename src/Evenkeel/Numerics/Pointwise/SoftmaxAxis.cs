using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Simd;
using Evenkeel.Numerics.Threading;

namespace Evenkeel.Numerics.Pointwise;

/// <summary>The softmax along an axis: e^xᵢ/Σ e^xⱼ, in tensors seen as [outer, count, inner].</summary>
/// <remarks>
/// Lanes run along the inner axis, or, where its length is 1, along the axis of the softmax. Each softmax is shifted by its maximum, and
/// sums are in double precision.
/// </remarks>
internal static unsafe class SoftmaxAxis
{
    /// <summary>About the time of an exponential, in multiples of that of a sum or an affine map.</summary>
    private const double CostOfExponential = 8;

    private const double CostOfGradient = 2;

    /// <summary>Computes y = softmax(x).</summary>
    public static void Forward(ReadOnlySpan<float> x, int outer, int count, int inner, Span<float> y)
    {
        SpanChecks.Length<float>(y, x.Length);
        fixed (float* source = x, result = y)
        {
            Run(new Values(source, result), outer, count, inner, CostOfExponential);
        }
    }

    /// <summary>Computes dx = y·(dy − Σ dy·y), given y = softmax(x).</summary>
    public static void Backward(ReadOnlySpan<float> dy, ReadOnlySpan<float> y, int outer, int count, int inner, Span<float> dx)
    {
        SpanChecks.Length(y, dy.Length);
        SpanChecks.Length<float>(dx, dy.Length);
        fixed (float* gradient = dy, value = y, result = dx)
        {
            Run(new Gradients(gradient, value, result), outer, count, inner, CostOfGradient);
        }
    }

    private static void Run<TFormula>(TFormula formula, int outer, int count, int inner, double cost)
        where TFormula : struct, IFormula
    {
        int vectors = (inner - 1) / FullVector.Count + 1;
        int length = count * Math.Min(inner, FullVector.Count);
        int perChunk = Math.Max(1, WorkerPool.ChunkLength / length);
        int pieces = outer * vectors;
        WorkerPool.Run(
            new Chunks<TFormula>(formula, pieces, perChunk, vectors, count, inner),
            (pieces - 1) / perChunk + 1,
            WorkerPool.Estimate((nint)outer * count * inner, cost));
    }

    /// <summary>A computation along the axis.</summary>
    private interface IFormula
    {
        /// <summary>Computes one softmax of neighbouring elements.</summary>
        void AlongRow(nint start, int count);

        /// <summary>Computes the softmaxes of some neighbouring inner positions.</summary>
        void AlongInner<TAccess>(TAccess access, nint start, int count, nint inner)
            where TAccess : struct, IVectorAccess;
    }

    private readonly struct Chunks<TFormula>(TFormula formula, int pieces, int perChunk, int vectors, int count, int inner) : IWork
        where TFormula : struct, IFormula
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Invoke(int index)
        {
            int start = index * perChunk;
            int end = start + Math.Min(perChunk, pieces - start);
            for (int piece = start; piece < end; piece++)
            {
                (int outer, int vector) = Math.DivRem(piece, vectors);
                int position = vector * FullVector.Count;
                nint first = (nint)outer * count * inner + position;
                if (inner == 1)
                {
                    formula.AlongRow(first, count);
                }
                else if (inner - position >= FullVector.Count)
                {
                    formula.AlongInner(default(FullVector), first, count, inner);
                }
                else
                {
                    formula.AlongInner(new MaskedVector(inner - position), first, count, inner);
                }
            }
        }
    }

    private readonly struct Values(float* x, float* y) : IFormula
    {
        public void AlongRow(nint start, int count) =>
            SoftmaxRows.Apply(new ReadOnlySpan<float>(x + start, count), new Span<float>(y + start, count));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void AlongInner<TAccess>(TAccess access, nint start, int count, nint inner)
            where TAccess : struct, IVectorAccess
        {
            Vector512<float> maximum = access.Load(x + start);
            for (int i = 1; i < count; i++)
            {
                maximum = Vector512.Max(maximum, access.Load(x + start + i * inner));
            }

            Double16 sum = default;
            for (int i = 0; i < count; i++)
            {
                nint offset = start + i * inner;
                Vector512<float> exponential = ElementaryFunctions.Exp(access.Load(x + offset) - maximum);
                access.Store(y + offset, exponential);
                sum += Double16.Widen(exponential);
            }

            Vector512<float> factor = (Double16.Create(1) / sum).Narrow();
            for (int i = 0; i < count; i++)
            {
                nint offset = start + i * inner;
                access.Store(y + offset, access.Load(y + offset) * factor);
            }
        }
    }

    private readonly struct Gradients(float* dy, float* y, float* dx) : IFormula
    {
        public void AlongRow(nint start, int count) => SoftmaxRows.Gradient(
            new ReadOnlySpan<float>(dy + start, count), new ReadOnlySpan<float>(y + start, count), new Span<float>(dx + start, count));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void AlongInner<TAccess>(TAccess access, nint start, int count, nint inner)
            where TAccess : struct, IVectorAccess
        {
            Double16 sum = default;
            for (int i = 0; i < count; i++)
            {
                nint offset = start + i * inner;
                sum += Double16.Widen(access.Load(dy + offset)) * Double16.Widen(access.Load(y + offset));
            }

            Vector512<float> mean = sum.Narrow();
            for (int i = 0; i < count; i++)
            {
                nint offset = start + i * inner;
                access.Store(dx + offset, access.Load(y + offset) * (access.Load(dy + offset) - mean));
            }
        }
    }
}
