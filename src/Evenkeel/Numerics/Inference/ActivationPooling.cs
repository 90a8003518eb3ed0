using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Images;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Inference;

/// <summary>Pooling of activations, without what a backward pass needs.</summary>
internal static unsafe class ActivationPooling
{
    /// <summary>The way in which the elements of a window are combined.</summary>
    internal interface IKind
    {
        static abstract Vector512<float> Start { get; }

        static abstract Vector512<float> Add(Vector512<float> value, Vector512<float> x);

        static abstract Vector512<float> End(Vector512<float> value, float scale);

        /// <summary>The number of elements along an axis that the result is divided by.</summary>
        static abstract int Count(in PoolingAxis axis, int output);
    }

    /// <summary>The largest element; NaN counts as larger than any number.</summary>
    internal readonly struct Max : IKind
    {
        public static Vector512<float> Start => Vector512.Create(float.NegativeInfinity);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Add(Vector512<float> value, Vector512<float> x) =>
            Vector512.ConditionalSelect(Vector512.GreaterThan(x, value) | ~Vector512.Equals(x, x), x, value);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> End(Vector512<float> value, float scale) => value;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static int Count(in PoolingAxis axis, int output) => 1;
    }

    /// <summary>The mean of the elements, in which padding counts as zeros.</summary>
    internal readonly struct Average : IKind
    {
        public static Vector512<float> Start => Vector512<float>.Zero;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Add(Vector512<float> value, Vector512<float> x) => value + x;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> End(Vector512<float> value, float scale) => value * scale;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static int Count(in PoolingAxis axis, int output) => axis.Count(output, withPadding: true);
    }

    /// <summary>The mean of the elements of the image.</summary>
    internal readonly struct AverageInside : IKind
    {
        public static Vector512<float> Start => Vector512<float>.Zero;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> Add(Vector512<float> value, Vector512<float> x) => value + x;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Vector512<float> End(Vector512<float> value, float scale) => value * scale;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static int Count(in PoolingAxis axis, int output) => axis.Count(output, withPadding: false);
    }

    /// <summary>Pools rows of windows, which are numbered through all samples.</summary>
    /// <param name="rows">The windows along the rows.</param>
    /// <param name="columns">The windows along the columns.</param>
    /// <param name="source">The images, with a pixel stride of whole vectors.</param>
    /// <param name="target">Receives the results. Its pixel stride may differ by padding.</param>
    /// <param name="count">The number of rows of windows.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TKind>(
        in PoolingAxis rows,
        in PoolingAxis columns,
        in ActivationMap.Operand source,
        in ActivationMap.Operand target,
        int count)
        where TKind : struct, IKind
    {
        int stride = source.Layout.PixelStride, rowStride = source.Layout.RowStride;
        int targetStride = target.Layout.PixelStride, channels = Math.Min(stride, targetStride);
        for (int row = 0; row < count; row++)
        {
            (int sample, int output) = Math.DivRem(row, rows.Outputs);
            (int top, int bottom) = rows.Inside(output);
            long rowCount = TKind.Count(rows, output);
            float* images = source.First + (nint)sample * source.Layout.SampleStride;
            float* y = target.Row(row);
            for (int column = 0; column < columns.Outputs; column++, y += targetStride)
            {
                (int left, int right) = columns.Inside(column);
                float scale = 1f / (rowCount * TKind.Count(columns, column));
                float* window = images + source.Layout.Offset(rows.Start(output), columns.Start(column));
                for (int channel = 0; channel < channels; channel += FullVector.Count)
                {
                    Vector512<float> value = TKind.Start;
                    for (int u = top; u < bottom; u++)
                    {
                        float* x = window + (nint)u * rowStride + channel;
                        for (int v = left; v < right; v++)
                        {
                            value = TKind.Add(value, Vector512.Load(x + (nint)v * stride));
                        }
                    }

                    TKind.End(value, scale).Store(y + channel);
                }
            }
        }
    }

    /// <summary>Computes the mean of each channel of a sample, in double precision, pixel after pixel.</summary>
    /// <param name="sample">The sample.</param>
    /// <param name="layout">Its layout, with a pixel stride of whole vectors.</param>
    /// <param name="means">Receives a mean for each channel, to the end of the last vector.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Mean(float* sample, in ActivationLayout layout, float* means)
    {
        int stride = layout.PixelStride;
        var count = Double16.Create(layout.Pixels);
        for (int channel = 0; channel < stride; channel += FullVector.Count)
        {
            var sum = Double16.Create(0);
            for (int row = 0; row < layout.Height; row++)
            {
                float* x = sample + layout.Offset(row, 0) + channel;
                for (int column = 0; column < layout.Width; column++, x += stride)
                {
                    sum += Double16.Widen(x);
                }
            }

            (sum / count).Narrow().Store(means + channel);
        }
    }
}
