using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Pointwise;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Channels;

/// <summary>
/// The gradient that a backward pass is given: of the affine map's result, or of the ReLU's behind it (<see cref="Epilogue"/>), which
/// lets pass what belongs to outputs above 0.
/// </summary>
internal readonly ref struct OutputGradient
{
    /// <summary>A gradient of the affine map's result.</summary>
    public OutputGradient(ReadOnlySpan<float> given)
    {
        Given = given;
        Mapped = given;
    }

    /// <summary>A gradient of the ReLU's result <paramref name="output"/>; <paramref name="mapped"/> receives that of the affine map's.</summary>
    public OutputGradient(ReadOnlySpan<float> given, ReadOnlySpan<float> output, Span<float> mapped)
    {
        Given = given;
        Output = output;
        Receiver = mapped;
        Mapped = mapped;
    }

    /// <summary>A gradient of the ReLU's result <paramref name="output"/>, of which each sweep takes that of the affine map's anew.</summary>
    public OutputGradient(ReadOnlySpan<float> given, ReadOnlySpan<float> output)
    {
        Given = given;
        Output = output;
    }

    /// <summary>The gradient that is given.</summary>
    public ReadOnlySpan<float> Given { get; }

    /// <summary>The ReLU's result; empty without one.</summary>
    public ReadOnlySpan<float> Output { get; }

    /// <summary>Where the first sweep puts what the ReLU lets pass; empty without one, and where each sweep takes it anew.</summary>
    public Span<float> Receiver { get; }

    /// <summary>The gradient of the affine map's result, once the first sweep is done; empty where each sweep takes it anew.</summary>
    public ReadOnlySpan<float> Mapped { get; }

    /// <summary>Whether each sweep takes the gradient of the affine map's result anew.</summary>
    public bool IsTakenAnew => !Output.IsEmpty && Receiver.IsEmpty;

    /// <summary>The gradient of a part of the elements.</summary>
    public OutputGradient Slice(int start, int length) => Output.IsEmpty
        ? new(Given.Slice(start, length))
        : IsTakenAnew
        ? new(Given.Slice(start, length), Output.Slice(start, length))
        : new(Given.Slice(start, length), Output.Slice(start, length), Receiver.Slice(start, length));
}

/// <summary>An <see cref="OutputGradient"/> in a sweep.</summary>
internal interface IOutputGradient
{
    /// <summary>The gradient of the affine map's result from element <paramref name="offset"/> on.</summary>
    Vector512<float> Take<TAccess>(TAccess access, nint offset)
        where TAccess : struct, IVectorAccess;
}

/// <summary>dy as it is given.</summary>
internal readonly unsafe struct GivenGradient(float* dy) : IOutputGradient
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Take<TAccess>(TAccess access, nint offset)
        where TAccess : struct, IVectorAccess => access.Load(dy + offset);
}

/// <summary>dy·f′, given y = f(mapped), which is kept for the next sweep.</summary>
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
}

/// <summary>dy·f′, given y = f(mapped).</summary>
internal readonly unsafe struct GatedGradient<TActivation>(float* dy, float* y) : IOutputGradient
    where TActivation : struct, IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Take<TAccess>(TAccess access, nint offset)
        where TAccess : struct, IVectorAccess => TActivation.Gradient(access.Load(dy + offset), access.Load(y + offset));
}
