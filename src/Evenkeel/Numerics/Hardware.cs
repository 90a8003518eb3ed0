using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.Wasm;
using System.Runtime.Intrinsics.X86;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics;

/// <summary>Tells which instructions of the processor the library uses. Results are the same, bit for bit, with any.</summary>
/// <remarks>
/// They depend on the runtime's settings, such as <c>DOTNET_EnableAVX2</c>, and in native builds on the instruction set compiled for.
/// </remarks>
public static class Hardware
{
    /// <summary>
    /// The instruction set of the widest vectors: AVX-512, AVX2, AdvSimd (ARM64) or WebAssembly SIMD, or on x64 without fused
    /// multiply-add, AVX or SSE; "none" if vectors are emulated too.
    /// </summary>
    public static string InstructionSet =>
        Vector512.IsHardwareAccelerated && Avx512F.IsSupported ? "AVX-512"
        : Vector256.IsHardwareAccelerated && Fma.IsSupported ? "AVX2"
        : AdvSimd.IsSupported ? "AdvSimd"
        : PackedSimd.IsSupported ? "WebAssembly SIMD"
        : Avx.IsSupported ? "AVX"
        : Sse2.IsSupported ? "SSE"
        : "none";

    /// <summary>
    /// True if the processor computes fused multiply-adds. If not, they are emulated, and training takes 20 to 50 times as long.
    /// </summary>
    public static bool HasFusedMultiplyAdd => Fused.IsInHardware;

    /// <summary><see cref="InstructionSet"/> and <see cref="HasFusedMultiplyAdd"/> in words.</summary>
    internal static string Description => HasFusedMultiplyAdd ? InstructionSet : $"{InstructionSet}, fused multiply-add emulated";
}
