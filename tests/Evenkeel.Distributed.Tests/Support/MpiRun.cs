using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Evenkeel.Distributed.Tests.Support;

/// <summary>A job of Evenkeel.Distributed.Program under mpirun, or one process of it alone.</summary>
internal sealed class MpiRun : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);
    private static readonly string Program = Path.Combine(AppContext.BaseDirectory, "Evenkeel.Distributed.Program.dll");
    private static readonly string Dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly StringBuilder _error = new();

    private MpiRun(string file, IEnumerable<string> arguments, params KeyValuePair<string, string>[] variables)
    {
        var start = new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["OMPI_ALLOW_RUN_AS_ROOT"] = start.Environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1";
        start.Environment["DOTNET_gcServer"] = "0";
        start.Environment["TERM"] = "dumb"; // mpirun makes terminals of the outputs of ranks
        foreach ((string name, string value) in variables)
        {
            start.Environment[name] = value;
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, line) => Append(_output, line.Data);
        _process.ErrorDataReceived += (_, line) => Append(_error, line.Data);
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    /// <summary>Why there can be no jobs of Open MPI; null if there can be.</summary>
    public static string? OpenMpiMissing { get; } = Find("mpirun.openmpi", "Open MPI") is null && Find("mpirun", "Open MPI") is null
        ? "There is no mpirun of Open MPI: apt install openmpi-bin libopenmpi3." : null;

    /// <summary>Why there can be no jobs of MPICH; null if there can be.</summary>
    public static string? MpichMissing { get; } =
        Find("mpirun.mpich", "HYDRA") is null ? "There is no mpirun of MPICH: apt install mpich." : null;

    /// <summary>What the ranks have written to standard output, without the controls of terminals.</summary>
    public string Output => Read(_output);

    /// <summary>What the ranks and mpirun have written to standard error.</summary>
    public string Error => Read(_error);

    /// <summary>The lines of standard error that are Evenkeel's own.</summary>
    public IEnumerable<string> OwnErrors => Error.Split('\n').Where(line => line.Contains("evenkeel", StringComparison.OrdinalIgnoreCase));

    /// <summary>Starts a job of Open MPI.</summary>
    /// <param name="ranks">The number of ranks.</param>
    /// <param name="arguments">The mode, and its arguments.</param>
    public static MpiRun Start(int ranks, params string[] arguments) => new(
        Find("mpirun.openmpi", "Open MPI") ?? "mpirun",
        ["--oversubscribe", "-n", ranks.ToString(CultureInfo.InvariantCulture), Dotnet, Program, .. arguments]);

    /// <summary>Starts a job of MPICH.</summary>
    /// <inheritdoc cref="Start"/>
    public static MpiRun StartMpich(int ranks, params string[] arguments) =>
        new("mpirun.mpich", ["-n", ranks.ToString(CultureInfo.InvariantCulture), Dotnet, Program, .. arguments]);

    /// <summary>Starts one process without mpirun.</summary>
    /// <param name="variables">Environment variables.</param>
    /// <param name="arguments">The mode, and its arguments.</param>
    public static MpiRun StartAlone(KeyValuePair<string, string>[] variables, params string[] arguments) =>
        new(Dotnet, [Program, .. arguments], variables);

    /// <summary>Waits for the end, and returns the exit code.</summary>
    public int Wait()
    {
        if (!_process.WaitForExit(Limit))
        {
            _process.Kill(entireProcessTree: true);
            throw new TimeoutException($"The job does not end. Output: {Output} Error: {Error}");
        }

        _process.WaitForExit();
        return _process.ExitCode;
    }

    /// <summary>Waits until standard output has a text.</summary>
    public void WaitFor(string text)
    {
        for (long start = Stopwatch.GetTimestamp(); !Output.Contains(text, StringComparison.Ordinal); Thread.Sleep(20))
        {
            if (Stopwatch.GetElapsedTime(start) > Limit || (_process.HasExited && !Output.Contains(text, StringComparison.Ordinal)))
            {
                throw new TimeoutException($"There is no \"{text}\". Output: {Output} Error: {Error}");
            }
        }
    }

    /// <summary>Sends a signal to mpirun.</summary>
    public void Signal(string name) => Kill(_process.Id, name);

    /// <summary>Sends a signal to a process.</summary>
    public static void Kill(int process, string signal)
    {
        using var kill = Process.Start("kill", ["-s", signal, process.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    /// <summary>Whether a process runs: it is there, and no zombie.</summary>
    public static bool IsRunning(int process)
    {
        try
        {
            string status = File.ReadAllText(FormattableString.Invariant($"/proc/{process}/stat"));
            return status[status.LastIndexOf(')') + 2] != 'Z';
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        _process.Dispose();
    }

    private static string? Find(string program, string version)
    {
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(program, "--version") { RedirectStandardOutput = true, RedirectStandardError = true })!;
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return output.Contains(version, StringComparison.Ordinal) ? program : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static void Append(StringBuilder lines, string? line)
    {
        lock (lines)
        {
            lines.Append(line?.Replace("\u001b[?1h\u001b=", "", StringComparison.Ordinal).TrimEnd('\r')).Append('\n');
        }
    }

    private static string Read(StringBuilder lines)
    {
        lock (lines)
        {
            return lines.ToString();
        }
    }
}
