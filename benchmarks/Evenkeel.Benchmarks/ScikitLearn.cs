using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Evenkeel.Benchmarks;

/// <summary>A process of scikit-learn that has a table, and times a call of one of its scalers when asked.</summary>
internal sealed class ScikitLearn : IDisposable
{
    private const string Script = "benchmarks/scikit-learn/feature_scaling.py";

    private readonly string _file = Path.GetTempFileName();
    private readonly Process _process;

    /// <summary>Starts the process; the current folder must be the repository.</summary>
    public ScikitLearn(float[] table, int rows, int columns)
    {
        if (!File.Exists(Script))
        {
            throw new FileNotFoundException("Run this from the repository's folder.", Script);
        }

        using (FileStream file = File.Create(_file))
        {
            file.Write(MemoryMarshal.AsBytes(table.AsSpan()));
        }

        _process = Process.Start(new ProcessStartInfo("/usr/bin/python3")
        {
            ArgumentList = { Script, _file, Text(rows), Text(columns) },
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        Version = Answer();
    }

    public string Version { get; }

    /// <summary>The time of one call, in seconds.</summary>
    public double Seconds(string scaler, string action)
    {
        _process.StandardInput.WriteLine($"{scaler} {action}");
        return double.Parse(Answer(), CultureInfo.InvariantCulture);
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
        File.Delete(_file);
    }

    private string Answer() =>
        _process.StandardOutput.ReadLine() ?? throw new InvalidOperationException("The process of scikit-learn has ended.");

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
