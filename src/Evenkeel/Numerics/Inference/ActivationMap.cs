using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Inference;

/// <summary>The loop over the elements of activations that depend on those at the same position only.</summary>
internal static unsafe class ActivationMap
{
    /// <summary>A function of the elements of one or two activations.</summary>
    internal interface IFormula
    {
        /// <summary>Returns the result for 16 channels of a pixel.</summary>
        /// <param name="x">The elements.</param>
        /// <param name="other">The elements of the second operand; null without one.</param>
        /// <param name="channel">The first of the channels.</param>
        Vector512<float> Apply(Vector512<float> x, float* other, int channel);
    }

    /// <summary>Activations: the first sample, and the layout.</summary>
    internal readonly struct Operand(float* first, ActivationLayout layout)
    {
        public readonly float* First = first;
        public readonly ActivationLayout Layout = layout;

        public float* Row(int row) => First + (nint)(row / Layout.Height) * Layout.SampleStride + Layout.Offset(row % Layout.Height, 0);
    }

    /// <summary>Maps rows of pixels, which are numbered through all samples.</summary>
    /// <param name="formula">The function.</param>
    /// <param name="source">The first operand; its pixel stride is that of the target.</param>
    /// <param name="other">The second operand, of that pixel stride too; of a null address without one.</param>
    /// <param name="target">Receives the results.</param>
    /// <param name="rows">The number of rows.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Run<TFormula>(TFormula formula, in Operand source, in Operand other, in Operand target, int rows)
        where TFormula : struct, IFormula
    {
        int stride = target.Layout.PixelStride, width = target.Layout.Width;
        for (int row = 0; row < rows; row++)
        {
            float* x = source.Row(row), y = target.Row(row);
            float* z = other.First == null ? null : other.Row(row);
            for (int pixel = 0; pixel < width; pixel++)
            {
                for (int channel = 0; channel < stride; channel += FullVector.Count)
                {
                    formula.Apply(Vector512.Load(x + channel), z + channel, channel).Store(y + channel);
                }

                x += stride;
                y += stride;
                z += z == null ? 0 : stride;
            }
        }
    }
}
