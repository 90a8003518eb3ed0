using System.Diagnostics;

namespace Evenkeel.Load;

/// <summary>The web service in a process of its own.</summary>
internal sealed class ServiceProcess : IDisposable
{
    private const string Listening = "Now listening on: ";

    private readonly Process _process;

    /// <summary>Starts the service on a free port.</summary>
    /// <param name="program">The service: a .dll, or a native executable.</param>
    /// <param name="model">The model file.</param>
    /// <exception cref="InvalidOperationException">The service has ended instead.</exception>
    public ServiceProcess(string program, string model)
    {
        program = Path.GetFullPath(program);
        string[] arguments = ["--urls", "http://127.0.0.1:0", "--Model:Path", Path.GetFullPath(model)];
        bool isManaged = Path.GetExtension(program) == ".dll";
        _process = Process.Start(new ProcessStartInfo(isManaged ? "dotnet" : program, isManaged ? [program, .. arguments] : arguments)
        {
            RedirectStandardOutput = true,
            WorkingDirectory = Path.GetDirectoryName(program), // its appsettings.json
        })!;
        while (Address is null)
        {
            string line = _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException($"{program} has ended.");
            if (line.IndexOf(Listening, StringComparison.Ordinal) is >= 0 and int start)
            {
                Address = new Uri(line[(start + Listening.Length)..]);
            }
        }

        _ = _process.StandardOutput.BaseStream.CopyToAsync(Stream.Null); // so that its log never fills the pipe
    }

    /// <summary>The address it listens on.</summary>
    public Uri Address { get; }

    /// <summary>The bytes of memory that it resides in.</summary>
    public long ResidentBytes
    {
        get
        {
            _process.Refresh();
            return _process.WorkingSet64;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
    }
}
