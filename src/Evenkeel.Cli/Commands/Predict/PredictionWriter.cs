using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Evenkeel.Cli.Commands.Predict;

/// <summary>Writes a line per sample: its name or number, the predicted class, and the probability of that.</summary>
internal sealed class PredictionWriter
{
    private readonly TextWriter _writer;
    private readonly bool _asJson;
    private readonly StringBuilder _lines = new();

    /// <summary>Writes to a writer.</summary>
    public PredictionWriter(TextWriter writer, bool asJson)
    {
        _writer = writer;
        _asJson = asJson;
        if (!asJson)
        {
            _lines.Append("input,class,probability\n");
        }
    }

    /// <summary>Adds a line, which is written by <see cref="Flush"/>.</summary>
    /// <param name="sample">The number of the sample, from 0.</param>
    /// <param name="name">Its name; null if it has none.</param>
    /// <param name="predicted">The class.</param>
    /// <param name="probability">Its probability.</param>
    public void Write(long sample, string? name, int predicted, float probability)
    {
        if (_asJson)
        {
            var json = new JsonObject
            {
                ["input"] = name is null ? JsonValue.Create(sample) : JsonValue.Create(name),
                ["class"] = predicted,
                ["probability"] = float.IsFinite(probability) ? probability : null, // JSON has no NaN
            };
            _lines.Append(json.ToJsonString()).Append('\n');
            return;
        }

        string input = name is null ? sample.ToString(CultureInfo.InvariantCulture) : Quoted(name);
        _lines.Append(CultureInfo.InvariantCulture, $"{input},{predicted},{probability}\n");
    }

    /// <summary>Passes the lines so far to the writer.</summary>
    public void Flush()
    {
        _writer.Write(_lines.ToString());
        _lines.Clear();
    }

    /// <summary>A cell of a CSV file, in quotes where it needs them.</summary>
    public static string Quoted(string name) =>
        name.AsSpan().IndexOfAny(",\"\r\n") < 0 ? name : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
