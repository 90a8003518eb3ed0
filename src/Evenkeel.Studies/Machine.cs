using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Evenkeel.Studies;

/// <summary>Describes the machine that a study runs on.</summary>
internal static class Machine
{
    /// <summary>Processor architecture and count, vector width, system and runtime.</summary>
    public static string Description { get; } =
        $"{RuntimeInformation.ProcessArchitecture}, {Processors}, {VectorBits}-bit vectors; {RuntimeInformation.OSDescription}; "
        + $"{RuntimeInformation.FrameworkDescription}";

    private static string Processors =>
        Environment.ProcessorCount == 1 ? "1 processor" : Invariant($"{Environment.ProcessorCount} processors");

    private static int VectorBits =>
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;
}
