using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Activations;
using Evenkeel.Numerics.Pointwise;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Channels;

/// <summary>The output gradient of a backward pass: of the affine map, or of the ReLU fused behind it (<see cref="Epilogue"/>).</summary>
internal readonly ref struct OutputGradient
{
    /// <summary>A gradient of the affine map.</summary>
    public OutputGradient(ReadOnlySpan<float> given)
    {
        Given = given;
        Mapped = given;
    }

    /// <summary>
    /// A gradient of the ReLU with result <paramref name="output"/>; <paramref name="mapped"/> receives the gradient of the affine
    /// map.
    /// </summary>
    public OutputGradient(ReadOnlySpan<float> given, ReadOnlySpan<float> output, Span<float> mapped)
    {
        Given = given;
        Output = output;
        Receiver = mapped;
        Mapped = mapped;
    }

    /// <summary>
    /// A gradient of the ReLU with result <paramref name="output"/>; each loop recomputes the gradient of the affine map.
    /// </summary>
    public OutputGradient(ReadOnlySpan<float> given, ReadOnlySpan<float> output)
    {
        Given = given;
        Output = output;
    }

    /// <summary>The given gradient.</summary>
    public ReadOnlySpan<float> Given { get; }

    /// <summary>The ReLU's result; empty without one.</summary>
    public ReadOnlySpan<float> Output { get; }

    /// <summary>Receives the gradient of the affine map in the reduction; empty without a ReLU, or if each loop recomputes it.</summary>
    public Span<float> Receiver { get; }

    /// <summary>The gradient of the affine map, once the reduction is done; empty if each loop recomputes it.</summary>
    public ReadOnlySpan<float> Mapped { get; }

    /// <summary>Whether each loop recomputes the gradient of the affine map.</summary>
    public bool IsRecomputed => !Output.IsEmpty && Receiver.IsEmpty;

    /// <summary>The gradient of a part of the elements.</summary>
    public OutputGradient Slice(int start, int length) => Output.IsEmpty
        ? new(Given.Slice(start, length))
        : IsRecomputed
        ? new(Given.Slice(start, length), Output.Slice(start, length))
        : new(Given.Slice(start, length), Output.Slice(start, length), Receiver.Slice(start, length));
}

/// <summary>An <see cref="OutputGradient"/> in a loop.</summary>
internal interface IOutputGradient
{
    /// <summary>Loads the gradient of the affine map from element <paramref name="offset"/> on.</summary>
    Vector512<float> Take<TAccess>(TAccess access, nint offset)
        where TAccess : struct, IVectorAccess;

    /// <summary>Loads the gradient of the affine map from element <paramref name="offset"/> on, in double precision.</summary>
    Double16 Widen<TAccess>(TAccess access, nint offset)
        where TAccess : struct, IVectorAccess;
}

/// <summary>The given dy.</summary>
internal readonly unsafe struct GivenGradient(float* dy) : IOutputGradient
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Take<TAccess>(TAccess access, nint offset)
        where TAccess : struct, IVectorAccess => access.Load(dy + offset);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Double16 Widen<TAccess>(TAccess access, nint offset)
        where TAccess : struct, IVectorAccess => access.Widen(dy + offset);
}

/// <summary>dy·f′, given y = f(mapped), stored for the map.</summary>
internal readonly unsafe struct ActivatedGradient<TActivation>(float* dy, float* y, float* mapped) : IOutputGradient
    where TActivation : struct, IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Take<TAccess>(TAccess access, nint offset)
        where TAccess : struct, IVectorAccess
    {
        Vector512<float> gradient = TActivation.Gradient(access.Load(dy + offset), access.Load(y + offset));
        access.Store(mapped + offset, gradient);
        return gradient;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Double16 Widen<TAccess>(TAccess access, nint offset)
        where TAccess : struct, IVectorAccess => Double16.Widen(Take(access, offset));
}

/// <summary>dy·f′, given y = f(mapped).</summary>
internal readonly unsafe struct GatedGradient<TActivation>(float* dy, float* y) : IOutputGradient
    where TActivation : struct, IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Take<TAccess>(TAccess access, nint offset)
        where TAccess : struct, IVectorAccess => TActivation.Gradient(access.Load(dy + offset), access.Load(y + offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Double16 Widen<TAccess>(TAccess access, nint offset)
        where TAccess : struct, IVectorAccess => Double16.Widen(Take(access, offset));
}
