using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Simd;
using Evenkeel.Numerics.Threading;

namespace Evenkeel.Numerics.Images;

/// <summary>The loops of pooling: over windows forward, over elements backward.</summary>
/// <remarks>
/// Lanes run along the depth or, in planes of depth 1, along the windows of a row that have the same positions inside the plane.
/// Backward, each element sums the gradients of the windows that contain it, in their order: nothing is written twice, and elements
/// of no window get 0.
/// </remarks>
internal static unsafe class Pooling
{
    /// <summary>Pools each window of <paramref name="x"/>.</summary>
    public static void Forward<TPooling>(in TPooling pooling, PoolingView view, float* x)
        where TPooling : struct, IPooling =>
        Run(new Windows<TPooling>(pooling, view, x), view, view.Planes * view.Rows.Outputs);

    /// <summary>Sums the windows' gradients into each element of <paramref name="dx"/>.</summary>
    public static void Backward<TPooling>(in TPooling pooling, PoolingView view, float* dx)
        where TPooling : struct, IPooling =>
        Run(new Inputs<TPooling>(pooling, view, dx), view, view.Planes * view.Rows.Inputs);

    private static void Run<TRows>(in TRows rows, in PoolingView view, int count)
        where TRows : struct, IRows
    {
        int perChunk = Math.Max(1, WorkerPool.ChunkLength / Math.Max(1, view.InputLength / count));
        WorkerPool.Run(
            new Chunks<TRows>(rows, view.Depth, count, perChunk), (count - 1) / perChunk + 1, WorkerPool.Estimate(view.InputLength));
    }

    /// <summary>A computation row by row, with lanes along the row or along the depth of each position.</summary>
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
            Bounds rowBounds = Rows(row, out nint source);
            nint result = (nint)row * view.Columns.Outputs * view.Depth;
            int whole = view.Depth & -FullVector.Count;
            for (int column = 0; column < view.Columns.Outputs; column++, result += view.Depth)
            {
                (int first, int end) = view.Columns.Inside(column);
                Bounds bounds = rowBounds with { Left = first, Right = end };
                nint corner = source + (nint)view.Columns.Start(column) * view.Depth;
                for (int i = 0; i < whole; i += FullVector.Count)
                {
                    Pool(default(Adjacent), default(FullVector), bounds, corner + i, result + i);
                }

                if (whole < view.Depth)
                {
                    Pool(default(Adjacent), new MaskedVector(view.Depth - whole), bounds, corner + whole, result + whole);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void AlongRow(int row)
        {
            Bounds rowBounds = Rows(row, out nint source);
            nint result = (nint)row * view.Columns.Outputs;
            int lanes;
            for (int column = 0; column < view.Columns.Outputs; column += lanes)
            {
                lanes = Math.Max(1, view.Columns.WhollyInside(column, FullVector.Count));
                (int first, int end) = view.Columns.Inside(column);
                Bounds bounds = rowBounds with { Left = first, Right = end };
                nint corner = source + view.Columns.Start(column);
                if (lanes < FullVector.Count)
                {
                    Pool(new Strided(lanes, view.Columns.Stride), new MaskedVector(lanes), bounds, corner, result + column);
                }
                else if (view.Columns.Stride == 1)
                {
                    Pool(default(Adjacent), default(FullVector), bounds, corner, result + column);
                }
                else
                {
                    Pool(new Strided(lanes, view.Columns.Stride), default(FullVector), bounds, corner, result + column);
                }
            }
        }

        /// <summary>Returns the rows of the windows that lie inside, and the offset of the windows' first row.</summary>
        private Bounds Rows(int row, out nint source)
        {
            (int plane, int output) = Math.DivRem(row, view.Rows.Outputs);
            (int first, int end) = view.Rows.Inside(output);
            source = ((nint)plane * view.Rows.Inputs + view.Rows.Start(output)) * view.Columns.Inputs * view.Depth;
            return new Bounds(first, end, 0, 0);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Pool<TElements, TAccess>(TElements elements, TAccess access, in Bounds bounds, nint corner, nint result)
            where TElements : struct, IElements
            where TAccess : struct, IVectorAccess
        {
            nint rowStride = (nint)view.Columns.Inputs * view.Depth;
            Vector512<float> value = Vector512.Create(TPooling.Start);
            Vector512<int> winner = Vector512.Create(bounds.Top * view.Columns.Kernel + bounds.Left);
            for (int y = bounds.Top; y < bounds.Bottom; y++)
            {
                float* source = x + corner + y * rowStride;
                for (int column = bounds.Left; column < bounds.Right; column++)
                {
                    TPooling.Accumulate(
                        elements.Load(access, source + (nint)column * view.Depth), y * view.Columns.Kernel + column, ref value, ref winner);
                }
            }

            pooling.Store(access, result, value, winner);
        }
    }

    private readonly struct Inputs<TPooling>(TPooling pooling, PoolingView view, float* dx) : IRows
        where TPooling : struct, IPooling
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void AlongDepth(int row)
        {
            Bounds windowRows = Rows(row, out int input, out nint source);
            nint result = (nint)row * view.Columns.Inputs * view.Depth;
            int whole = view.Depth & -FullVector.Count;
            for (int column = 0; column < view.Columns.Inputs; column++, result += view.Depth)
            {
                (int first, int end) = view.Columns.Over(column);
                Bounds windows = windowRows with { Left = first, Right = end };
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

        /// <summary>Computes a row whose lanes are elements a stride apart, at one position of neighbouring windows.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void AlongRow(int row)
        {
            Bounds windowRows = Rows(row, out int input, out nint source);
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
                    Bounds windows = windowRows with { Left = first, Right = end };
                    if (lanes < FullVector.Count)
                    {
                        Gather(new Strided(lanes, stride), new MaskedVector(lanes), windows, input, element, source, result + element);
                    }
                    else if (stride == 1)
                    {
                        Gather(default(Adjacent), default(FullVector), windows, input, element, source, result + element);
                    }
                    else
                    {
                        Gather(new Strided(lanes, stride), default(FullVector), windows, input, element, source, result + element);
                    }
                }
            }
        }

        /// <summary>Returns the rows of windows that contain a row of elements, and the offset of their plane's gradients.</summary>
        private Bounds Rows(int row, out int input, out nint source)
        {
            (int plane, input) = Math.DivRem(row, view.Rows.Inputs);
            (int first, int end) = view.Rows.Over(input);
            source = (nint)plane * view.Rows.Outputs * view.Columns.Outputs * view.Depth;
            return new Bounds(first, end, 0, 0);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private void Gather<TElements, TAccess>(
            TElements elements, TAccess access, in Bounds windows, int row, int column, nint source, nint result)
            where TElements : struct, IElements
            where TAccess : struct, IVectorAccess
        {
            Vector512<float> sum = Vector512<float>.Zero;
            for (int y = windows.Top; y < windows.Bottom; y++)
            {
                int position = (row - view.Rows.Start(y)) * view.Columns.Kernel;
                for (int window = windows.Left; window < windows.Right; window++)
                {
                    nint offset = source + ((nint)y * view.Columns.Outputs + window) * view.Depth;
                    sum += pooling.Contribution(access, offset, position + column - view.Columns.Start(window));
                }
            }

            elements.Store(access, dx + result, sum);
        }
    }

    /// <summary>The positions of a window, or the windows over a position; Bottom and Right are exclusive.</summary>
    private readonly record struct Bounds(int Top, int Bottom, int Left, int Right);

    /// <summary>The layout of the lanes' elements in memory.</summary>
    private interface IElements
    {
        Vector512<float> Load<TAccess>(TAccess access, float* source)
            where TAccess : struct, IVectorAccess;

        void Store<TAccess>(TAccess access, float* destination, Vector512<float> value)
            where TAccess : struct, IVectorAccess;
    }

    /// <summary>Neighbouring elements.</summary>
    private readonly struct Adjacent : IElements
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Load<TAccess>(TAccess access, float* source)
            where TAccess : struct, IVectorAccess => access.Load(source);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Store<TAccess>(TAccess access, float* destination, Vector512<float> value)
            where TAccess : struct, IVectorAccess => access.Store(destination, value);
    }

    /// <summary>Elements a stride apart, for some lanes.</summary>
    private readonly struct Strided(int count, nint stride) : IElements
    {
        public Vector512<float> Load<TAccess>(TAccess access, float* source)
            where TAccess : struct, IVectorAccess
        {
            Vector512<float> value = default;
            float* elements = (float*)&value;
            for (int i = 0; i < count; i++)
            {
                elements[i] = source[i * stride];
            }

            return value;
        }

        public void Store<TAccess>(TAccess access, float* destination, Vector512<float> value)
            where TAccess : struct, IVectorAccess
        {
            float* elements = (float*)&value;
            for (int i = 0; i < count; i++)
            {
                destination[i * stride] = elements[i];
            }
        }
    }
}
