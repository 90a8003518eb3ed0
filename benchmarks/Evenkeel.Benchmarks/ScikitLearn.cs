using System.Globalization;
using System.Runtime.InteropServices;

namespace Evenkeel.Benchmarks;

/// <summary>A process of scikit-learn that has a table, and times a call of one of its scalers when asked.</summary>
internal sealed class ScikitLearn : IDisposable
{
    private readonly string _file = Path.GetTempFileName();
    private readonly PeerProcess _process;

    /// <summary>Starts the process; the current folder must be the repository.</summary>
    public ScikitLearn(float[] table, int rows, int columns)
    {
        using (FileStream file = File.Create(_file))
        {
            file.Write(MemoryMarshal.AsBytes(table.AsSpan()));
        }

        _process = PeerProcess.Python("benchmarks/scikit-learn/feature_scaling.py", _file, Text(rows), Text(columns));
    }

    public string Version => _process.Description;

    /// <summary>The time of one call, in seconds.</summary>
    public double Seconds(string scaler, string action) => _process.Ask($"{scaler} {action}");

    public void Dispose()
    {
        _process.Dispose();
        File.Delete(_file);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
