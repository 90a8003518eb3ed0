using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Evenkeel.Numerics;

/// <summary>The step from tensors, which layers speak, to spans, which kernels take.</summary>
public static class TensorElements
{
    /// <summary>The elements of a dense tensor, in row-major order: for kernels, and for layers of your own.</summary>
    /// <typeparam name="T">What the tensor is made of.</typeparam>
    /// <param name="tensor">The tensor.</param>
    /// <exception cref="ArgumentException">The tensor is not dense.</exception>
    /// <exception cref="OverflowException">The tensor has more than 2³¹ − 1 elements.</exception>
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
