using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Columns;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Inference;

/// <summary>Functions of activations.</summary>
internal static unsafe class ActivationFormulas
{
    /// <summary>The affine map of each channel: y = f((x − center)·scale + shift), where f is a ReLU or the identity.</summary>
    internal readonly struct Affine : ActivationMap.IFormula
    {
        private readonly float[] _memory; // referenced, so that it is not collected
        private readonly float* _center;
        private readonly float* _scale;
        private readonly float* _shift;
        private readonly bool _relu;

        /// <summary>Copies coefficients, and fills them up with zeros to whole vectors.</summary>
        public Affine(ReadOnlySpan<float> center, ReadOnlySpan<float> scale, ReadOnlySpan<float> shift, bool relu)
        {
            int stride = FullVector.RoundUp(center.Length);
            var buffer = AlignedBuffer.Of(3 * stride);
            center.CopyTo(buffer.Span);
            scale.CopyTo(buffer.Span[stride..]);
            shift.CopyTo(buffer.Span[(2 * stride)..]);
            _memory = buffer.Array;
            _center = buffer.Pointer;
            _scale = _center + stride;
            _shift = _scale + stride;
            _relu = relu;
        }

        /// <summary>The size of the coefficients in bytes.</summary>
        public long Bytes => (long)_memory.Length * sizeof(float);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Apply(Vector512<float> x, float* other, int channel)
        {
            Vector512<float> value = Fused.MultiplyAdd(
                x - Vector512.Load(_center + channel), Vector512.Load(_scale + channel), Vector512.Load(_shift + channel));
            return _relu ? ReluFunction.Value(value) : value;
        }
    }

    /// <summary>The map of a feature scaler, (x − center)/scale + shift for each channel, with the bits of its transform.</summary>
    internal readonly struct Scaling : ActivationMap.IFormula
    {
        private readonly double[] _memory; // referenced, so that it is not collected
        private readonly double* _center;
        private readonly double* _reciprocal;
        private readonly double* _shift;

        /// <summary>Copies coefficients, and fills them up with zeros to whole vectors.</summary>
        public Scaling(in ColumnMap map)
        {
            int stride = FullVector.RoundUp(map.Center.Length);
            _memory = GC.AllocateArray<double>(3 * stride, pinned: true);
            map.Center.CopyTo(_memory);
            for (int i = 0; i < map.Scale.Length; i++)
            {
                _memory[stride + i] = ColumnAffine.Reciprocal(map.Scale[i]);
            }

            map.Shift.CopyTo(_memory.AsSpan(2 * stride));
            _center = (double*)Unsafe.AsPointer(ref _memory[0]);
            _reciprocal = _center + stride;
            _shift = _reciprocal + stride;
        }

        /// <summary>The size of the coefficients in bytes.</summary>
        public long Bytes => (long)_memory.Length * sizeof(double);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Apply(Vector512<float> x, float* other, int channel) => Double16.FusedMultiplyAdd(
            Double16.Widen(x) - Double16.Load(_center + channel),
            Double16.Load(_reciprocal + channel),
            Double16.Load(_shift + channel)).Narrow();
    }

    /// <summary>y = f(x).</summary>
    internal readonly struct Activation<TFunction> : ActivationMap.IFormula
        where TFunction : struct, IActivation
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Apply(Vector512<float> x, float* other, int channel) => TFunction.Value(x);
    }

    /// <summary>y = f(x), where f has settings.</summary>
    /// <param name="function">f.</param>
    internal readonly struct Function<TFunction>(TFunction function) : ActivationMap.IFormula
        where TFunction : struct, IElementFunction
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Apply(Vector512<float> x, float* other, int channel) => function.Value(x);
    }

    /// <summary>y = factor·x, rounded once.</summary>
    /// <param name="factor">The factor.</param>
    internal readonly struct Scale(double factor) : ActivationMap.IFormula
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Apply(Vector512<float> x, float* other, int channel) =>
            (Double16.Widen(x) * Double16.Create(factor)).Narrow();
    }

    /// <summary>y = x·other.</summary>
    internal readonly struct Multiply : ActivationMap.IFormula
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Apply(Vector512<float> x, float* other, int channel) => x * Vector512.Load(other);
    }

    /// <summary>y = f(x + other), where f is a ReLU or the identity.</summary>
    /// <param name="relu">True for a ReLU.</param>
    internal readonly struct Add(bool relu) : ActivationMap.IFormula
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector512<float> Apply(Vector512<float> x, float* other, int channel)
        {
            Vector512<float> sum = x + Vector512.Load(other);
            return relu ? ReluFunction.Value(sum) : sum;
        }
    }
}
