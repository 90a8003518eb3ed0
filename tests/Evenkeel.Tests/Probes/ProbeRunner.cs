using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Loops;

namespace Evenkeel.Tests.Probes;

/// <summary>What a probe's process may use of the machine.</summary>
public enum InstructionSets
{
    /// <summary>All there is.</summary>
    All,

    /// <summary>At most AVX2: 256-bit vectors.</summary>
    NoAvx512,

    /// <summary>At most AVX: fused multiply-add is emulated.</summary>
    NoAvx2,

    /// <summary>At most SSE4.2, as in a native build by default.</summary>
    NoAvx,
}

/// <summary>Runs a probe in a process of its own, since instruction sets can only be chosen when a process starts.</summary>
/// <example>
/// <code>Assert.Equal(ProbeRunner.Run&lt;MyProbe&gt;(), ProbeRunner.Run&lt;MyProbe&gt;(InstructionSets.NoAvx512));</code>
/// </example>
public static class ProbeRunner
{
    private static readonly TimeSpan LongestRun = TimeSpan.FromMinutes(2);

    /// <summary>What the probe writes.</summary>
    public static string Run<TProbe>(InstructionSets instructionSets = InstructionSets.All, int? threads = null, string? strategy = null)
        where TProbe : Probe, new()
    {
        var start = new ProcessStartInfo(DotnetHost())
        {
            ArgumentList = { typeof(ProbeRunner).Assembly.Location, typeof(TProbe).FullName! },
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (threads is not null)
        {
            start.ArgumentList.Add(threads.Value.ToString(CultureInfo.InvariantCulture));
        }

        if (instructionSets >= InstructionSets.NoAvx512)
        {
            start.Environment["DOTNET_EnableAVX512"] = "0";
        }

        if (instructionSets >= InstructionSets.NoAvx2)
        {
            start.Environment["DOTNET_EnableAVX2"] = "0";
        }

        if (instructionSets >= InstructionSets.NoAvx)
        {
            start.Environment["DOTNET_EnableAVX"] = "0";
        }

        if (strategy is not null)
        {
            start.Environment[MemoryStrategy.Force.Variable] = strategy;
        }

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        if (!process.WaitForExit(LongestRun))
        {
            process.Kill();
            throw new TimeoutException($"The probe {typeof(TProbe).Name} did not end within {LongestRun}.");
        }

        if (process.ExitCode != 0)
        {
            throw new InvalidOperationException($"The probe {typeof(TProbe).Name} failed: {errors.Result}");
        }

        // The first line tells which vectors the process had, so that a setting without effect does not pass for a test.
        string[] parts = output.Result.Split('\n', 2);
        int bits = int.Parse(parts[0], CultureInfo.InvariantCulture);
        if (bits > MaxBits(instructionSets))
        {
            throw new InvalidOperationException($"The probe still had {bits}-bit vectors with {instructionSets}.");
        }

        return parts[1];
    }

    /// <summary>The probe's process.</summary>
    public static int Main(string[] arguments)
    {
        ArgumentNullException.ThrowIfNull(arguments);
        var probe = (Probe)Activator.CreateInstance(Type.GetType(arguments[0], throwOnError: true)!)!;
        if (arguments.Length > 1)
        {
            Parallelism.Threads = int.Parse(arguments[1], CultureInfo.InvariantCulture);
        }

        Console.Out.NewLine = "\n";
        Console.Out.WriteLine(
            Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128);
        probe.Run(Console.Out);
        return 0;
    }

    private static int MaxBits(InstructionSets instructionSets) => instructionSets switch
    {
        InstructionSets.All => 512,
        InstructionSets.NoAvx512 => 256,
        _ => 128,
    };

    /// <summary>The dotnet executable whose runtime this process uses: three folders above the runtime's own.</summary>
    private static string DotnetHost()
    {
        string root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        return Path.Combine(root, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
    }
}
