using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Evenkeel.Studies;

/// <summary>What a study ran on, for people to read.</summary>
internal static class Machine
{
    /// <summary>Processor architecture and count, vector width, system and runtime.</summary>
    public static string Description { get; } =
        $"{RuntimeInformation.ProcessArchitecture}, {Processors}, {VectorBits}-bit vectors; "
        + $"{RuntimeInformation.OSDescription}; {RuntimeInformation.FrameworkDescription}";

    private static string Processors => Environment.ProcessorCount == 1 ? "1 processor" : Invariant($"{Environment.ProcessorCount} processors");

    private static int VectorBits =>
        Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;
}
