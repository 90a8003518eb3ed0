using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Evenkeel.Numerics;

/// <summary>Converts the tensors that layers exchange to the spans that kernels take.</summary>
public static class TensorElements
{
    /// <summary>Returns the elements of a dense tensor in row-major order, without a copy.</summary>
    /// <typeparam name="T">The type of the elements.</typeparam>
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
