using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Pointwise;

/// <summary>What follows the affine map of a normalization within its sweep, or a convolution band by band: something added, then a ReLU, or one of them, or nothing.</summary>
internal readonly ref struct Epilogue
{
    /// <summary>What is added, element by element; empty for nothing.</summary>
    public ReadOnlySpan<float> Addend { get; init; }

    /// <summary>Whether a ReLU follows.</summary>
    public bool Rectifies { get; init; }

    /// <summary>The epilogue of a part of the elements.</summary>
    public Epilogue Slice(int start, int length) =>
        new() { Addend = Addend.IsEmpty ? [] : Addend.Slice(start, length), Rectifies = Rectifies };
}

/// <summary>An <see cref="Epilogue"/> as a formula: the same operations, in the same order, as in sweeps of their own.</summary>
internal interface IEpilogue
{
    /// <summary>What becomes of the mapped lanes that start at element <paramref name="offset"/>.</summary>
    Vector512<float> Apply<TAccess>(TAccess access, nint offset, Vector512<float> mapped)
        where TAccess : struct, IVectorAccess;
}

/// <summary>y = f(mapped).</summary>
internal readonly struct Activated<TActivation> : IEpilogue
    where TActivation : struct, IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Apply<TAccess>(TAccess access, nint offset, Vector512<float> mapped)
        where TAccess : struct, IVectorAccess => TActivation.Value(mapped);
}

/// <summary>y = f(mapped + addend).</summary>
internal readonly unsafe struct AddedAndActivated<TActivation>(float* addend) : IEpilogue
    where TActivation : struct, IActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector512<float> Apply<TAccess>(TAccess access, nint offset, Vector512<float> mapped)
        where TAccess : struct, IVectorAccess => TActivation.Value(mapped + access.Load(addend + offset));
}
