using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Evenkeel.Numerics;

/// <summary>The step from tensors, which layers speak, to spans, which kernels take.</summary>
internal static class TensorElements
{
    /// <summary>The elements of a dense tensor, in row-major order.</summary>
    public static Span<T> Elements<T>(this Tensor<T> tensor)
    {
        if (!tensor.IsDense)
        {
            throw new ArgumentException("The tensor is not dense: call ToDenseTensor() on it first.", nameof(tensor));
        }

        return tensor.FlattenedLength == 0
            ? []
            : MemoryMarshal.CreateSpan(ref Unsafe.AsRef(in tensor.GetPinnableReference()), checked((int)tensor.FlattenedLength));
    }
}
