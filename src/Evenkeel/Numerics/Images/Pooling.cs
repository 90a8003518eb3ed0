using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Simd;
using Evenkeel.Numerics.Threading;

namespace Evenkeel.Numerics.Images;

/// <summary>What a window is pooled to, and what of its gradient goes to each of its places.</summary>
/// <remarks>The places of a window are numbered row by row, those in the padding too.</remarks>
internal interface IPooling
{
    /// <summary>The value of a window before its first element.</summary>
    static abstract float Start { get; }

    /// <summary>Takes an element into the value, and the place of it as the winner if it is one.</summary>
    static abstract void Take(Vector512<float> x, int place, ref Vector512<float> value, ref Vector512<int> winner);

    /// <summary>Keeps what came of the windows whose results start at <paramref name="offset"/>.</summary>
    void Keep<TAccess>(TAccess access, nint offset, Vector512<float> value, Vector512<int> winner)
        where TAccess : struct, IVectorAccess;

    /// <summary>What of the gradients that start at <paramref name="offset"/> goes to a place of each window.</summary>
    Vector512<float> Contribution<TAccess>(TAccess access, nint offset, int place)
        where TAccess : struct, IVectorAccess;
}

/// <summary>The loops of pooling: over windows forward, and over the elements under them backward.</summary>
/// <remarks>
/// Lanes go along the depth, or, in planes of depth 1, along the windows of a row, for as long as they have the same places
/// inside. Backward, each element adds up what it gets from the windows that it is part of, in their order: so nothing is written
/// twice, and elements of no window get 0.
/// </remarks>
internal static unsafe class Pooling
{
    /// <summary>Elements of one share of the work.</summary>
    private const int ChunkLength = 32 * 1024;

    /// <summary>Pools each window of <paramref name="x"/>.</summary>
    public static void Forward<TPooling>(in TPooling pooling, PoolingView view, float* x)
        where TPooling : struct, IPooling =>
        Run(new Windows<TPooling>(pooling, view, x), view, view.Planes * view.Rows.Outputs);

    /// <summary>Gives each element of <paramref name="dx"/> its part of the windows' gradients.</summary>
    public static void Backward<TPooling>(in TPooling pooling, PoolingView view, float* dx)
        where TPooling : struct, IPooling =>
        Run(new Elements<TPooling>(pooling, view, dx), view, view.Planes * view.Rows.Inputs);

    private static void Run<TRows>(in TRows rows, in PoolingView view, int count)
        where TRows : struct, IRows
    {
        int perChunk = Math.Max(1, ChunkLength / Math.Max(1, view.InputLength / count));
        WorkerPool.Run(new Chunks<TRows>(rows, view.Depth, count, perChunk), (count - 1) / perChunk + 1);
    }

    /// <summary>What is done row by row: lanes go along one, or along the depth of each of its places.</summary>
    private interface IRows
    {
        void AlongRow(int row);

        void AlongDepth(int row);
    }

    private readonly struct Chunks<TRows>(TRows rows, int depth, int count, int perChunk) : IWork
        where TRows : struct, IRows
    {
        public void Invoke(int index)
        {
            int start = index * perChunk;
            int end = start + Math.Min(perChunk, count - start);
            for (int row = start; row < end; row++)
            {
                if (depth == 1)
                {
                    rows.AlongRow(row);
                }
                else
                {
                    rows.AlongDepth(row);
                }
            }
        }
    }

    private readonly struct Windows<TPooling>(TPooling pooling, PoolingView view, float* x) : IRows
        where TPooling : struct, IPooling
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void AlongDepth(int row)
        {
            Places rowPlaces = Rows(row, out nint source);
            nint result = (nint)row * view.Columns.Outputs * view.Depth;
            int whole = view.Depth & -FullVector.Count;
            for (int column = 0; column < view.Columns.Outputs; column++, result += view.Depth)
            {
                (int first, int end) = view.Columns.Inside(column);
                Places places = rowPlaces with { Left = first, Right = end };
                nint corner = source + (nint)view.Columns.Start(column) * view.Depth;
                for (int i = 0; i < whole; i += FullVector.Count)
                {
                    Pool(default(Adjacent), default(FullVector), places, corner + i, result + i);
                }

                if (whole < view.Depth)
                {
                    Pool(default(Adjacent), new MaskedVector(view.Depth - whole), places, corner + whole, result + whole);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void AlongRow(int row)
        {
            Places rowPlaces = Rows(row, out nint source);
            nint result = (nint)row * view.Columns.Outputs;
            int lanes;
            for (int column = 0; column < view.Columns.Outputs; column += lanes)
            {
                lanes = Math.Max(1, view.Columns.WhollyInside(column, FullVector.Count));
                (int first, int end) = view.Columns.Inside(column);
                Places places = rowPlaces with { Left = first, Right = end };
                nint corner = source + view.Columns.Start(column);
                if (lanes < FullVector.Count)
                {
                    Pool(new Apart(lanes, view.Columns.Stride), new MaskedVector(lanes), places, corner, result + column);
                }
                else if (view.Columns.Stride == 1)
                {
                    Pool(default(Adjacent), default(FullVector), places, corner, result + column);
                }
                else
                {
                    Pool(new Apart(lanes, view.Columns.Stride), default(FullVector), places, corner, result + column);
                }
            }
        }

        /// <summary>Which rows of the windows lie inside, and where the windows' first row begins.</summary>
        private Places Rows(int row, out nint source)
        {
            (int plane, int output) = Math.DivRem(row, view.Rows.Outputs);
            (int first, int end) = view.Rows.Inside(output);
            source = ((nint)plane * view.Rows.Inputs + view.Rows.Start(output)) * view.Columns.Inputs * view.Depth;
            return new Places(first, end, 0, 0);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Pool<TSteps, TAccess>(TSteps steps, TAccess access, in Places places, nint corner, nint result)
            where TSteps : struct, ISteps
            where TAccess : struct, IVectorAccess
        {
            nint line = (nint)view.Columns.Inputs * view.Depth;
            Vector512<float> value = Vector512.Create(TPooling.Start);
            Vector512<int> winner = Vector512.Create(places.Top * view.Columns.Kernel + places.Left);
            for (int y = places.Top; y < places.Bottom; y++)
            {
                float* source = x + corner + y * line;
                for (int column = places.Left; column < places.Right; column++)
                {
                    TPooling.Take(
                        steps.Load(access, source + (nint)column * view.Depth), y * view.Columns.Kernel + column, ref value, ref winner);
                }
            }

            pooling.Keep(access, result, value, winner);
        }
    }

    private readonly struct Elements<TPooling>(TPooling pooling, PoolingView view, float* dx) : IRows
        where TPooling : struct, IPooling
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void AlongDepth(int row)
        {
            Places windowRows = Rows(row, out int input, out nint source);
            nint result = (nint)row * view.Columns.Inputs * view.Depth;
            int whole = view.Depth & -FullVector.Count;
            for (int column = 0; column < view.Columns.Inputs; column++, result += view.Depth)
            {
                (int first, int end) = view.Columns.Over(column);
                Places windows = windowRows with { Left = first, Right = end };
                for (int i = 0; i < whole; i += FullVector.Count)
                {
                    Gather(default(Adjacent), default(FullVector), windows, input, column, source + i, result + i);
                }

                if (whole < view.Depth)
                {
                    Gather(
                        default(Adjacent), new MaskedVector(view.Depth - whole), windows, input, column, source + whole, result + whole);
                }
            }
        }

        /// <summary>Neighbouring lanes are elements a stride apart, so that each is the same place of the lanes' neighbouring windows.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void AlongRow(int row)
        {
            Places windowRows = Rows(row, out int input, out nint source);
            nint result = (nint)row * view.Columns.Inputs;
            int stride = view.Columns.Stride;
            for (int start = 0; start < Math.Min(stride, view.Columns.Inputs); start++)
            {
                int lanes;
                for (long column = start; column < view.Columns.Inputs; column += (long)lanes * stride)
                {
                    int element = (int)column;
                    lanes = Math.Max(1, view.Columns.WhollyCovered(element, FullVector.Count));
                    (int first, int end) = view.Columns.Over(element);
                    Places windows = windowRows with { Left = first, Right = end };
                    if (lanes < FullVector.Count)
                    {
                        Gather(new Apart(lanes, stride), new MaskedVector(lanes), windows, input, element, source, result + element);
                    }
                    else if (stride == 1)
                    {
                        Gather(default(Adjacent), default(FullVector), windows, input, element, source, result + element);
                    }
                    else
                    {
                        Gather(new Apart(lanes, stride), default(FullVector), windows, input, element, source, result + element);
                    }
                }
            }
        }

        /// <summary>Which rows of windows a row of elements is part of, and where their plane's gradients begin.</summary>
        private Places Rows(int row, out int input, out nint source)
        {
            (int plane, input) = Math.DivRem(row, view.Rows.Inputs);
            (int first, int end) = view.Rows.Over(input);
            source = (nint)plane * view.Rows.Outputs * view.Columns.Outputs * view.Depth;
            return new Places(first, end, 0, 0);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Gather<TSteps, TAccess>(
            TSteps steps, TAccess access, in Places windows, int row, int column, nint source, nint result)
            where TSteps : struct, ISteps
            where TAccess : struct, IVectorAccess
        {
            Vector512<float> sum = Vector512<float>.Zero;
            for (int y = windows.Top; y < windows.Bottom; y++)
            {
                int line = (row - view.Rows.Start(y)) * view.Columns.Kernel;
                for (int window = windows.Left; window < windows.Right; window++)
                {
                    nint offset = source + ((nint)y * view.Columns.Outputs + window) * view.Depth;
                    sum += pooling.Contribution(access, offset, line + column - view.Columns.Start(window));
                }
            }

            steps.Store(access, dx + result, sum);
        }
    }

    /// <summary>Places of a window, or windows over a place: from the top up to the bottom, from left up to right.</summary>
    private readonly record struct Places(int Top, int Bottom, int Left, int Right);

    /// <summary>How far apart the lanes' elements lie.</summary>
    private interface ISteps
    {
        Vector512<float> Load<TAccess>(TAccess access, float* source)
            where TAccess : struct, IVectorAccess;

        void Store<TAccess>(TAccess access, float* destination, Vector512<float> value)
            where TAccess : struct, IVectorAccess;
    }

    /// <summary>Side by side.</summary>
    private readonly struct Adjacent : ISteps
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Load<TAccess>(TAccess access, float* source)
            where TAccess : struct, IVectorAccess => access.Load(source);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Store<TAccess>(TAccess access, float* destination, Vector512<float> value)
            where TAccess : struct, IVectorAccess => access.Store(destination, value);
    }

    /// <summary>A step apart, for so many lanes.</summary>
    private readonly struct Apart(int count, nint step) : ISteps
    {
        public Vector512<float> Load<TAccess>(TAccess access, float* source)
            where TAccess : struct, IVectorAccess
        {
            Vector512<float> value = default;
            float* elements = (float*)&value;
            for (int i = 0; i < count; i++)
            {
                elements[i] = source[i * step];
            }

            return value;
        }

        public void Store<TAccess>(TAccess access, float* destination, Vector512<float> value)
            where TAccess : struct, IVectorAccess
        {
            float* elements = (float*)&value;
            for (int i = 0; i < count; i++)
            {
                destination[i * step] = elements[i];
            }
        }
    }
}
