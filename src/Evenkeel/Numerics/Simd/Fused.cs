using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Evenkeel.Numerics.Simd;

/// <summary>Fused multiply-add, by the runtime or by <see cref="EmulatedFused"/>, with the same bits.</summary>
/// <remarks>
/// <para>
/// Kernels call this instead of <see cref="Math"/> and the vector types, which on x64 without the instruction call the C library lane by
/// lane; register types that require the instruction call it directly. ARM64 has the instruction; in WebAssembly, where vectors are
/// interpreted, the C library is faster than the emulation.
/// </para>
/// <para>
/// Keep the condition written out in each method: behind a property the JIT folds it too late, and kernels become half as fast.
/// </para>
/// </remarks>
internal static class Fused
{
    /// <summary>True if the processor has the instruction.</summary>
    public static bool IsInHardware => Fma.IsSupported || AdvSimd.Arm64.IsSupported;

    /// <summary>left·right + addend, rounded once.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> MultiplyAdd(Vector512<float> left, Vector512<float> right, Vector512<float> addend) =>
        Fma.IsSupported || !Sse2.IsSupported
            ? Vector512.FusedMultiplyAdd(left, right, addend)
            : EmulatedFused.MultiplyAdd(left, right, addend);

    /// <inheritdoc cref="MultiplyAdd(Vector512{float}, Vector512{float}, Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<float> MultiplyAdd(Vector128<float> left, Vector128<float> right, Vector128<float> addend) =>
        Fma.IsSupported || !Sse2.IsSupported
            ? Vector128.FusedMultiplyAdd(left, right, addend)
            : EmulatedFused.MultiplyAdd(left, right, addend);

    /// <inheritdoc cref="MultiplyAdd(Vector512{float}, Vector512{float}, Vector512{float})"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double MultiplyAdd(double left, double right, double addend) =>
        Fma.IsSupported || !Sse2.IsSupported
            ? Math.FusedMultiplyAdd(left, right, addend)
            : EmulatedFused.MultiplyAdd(left, right, addend);
}
