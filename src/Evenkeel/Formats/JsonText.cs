using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Evenkeel.Formats;

/// <summary>Writes JSON as text on one line.</summary>
internal static class JsonText
{
    /// <summary>Whether a text has no half of a surrogate pair, which UTF-8 does not hold.</summary>
    public static bool CanHold(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text)) == text;

    /// <summary>Returns what an action writes.</summary>
    /// <param name="write">Writes one value.</param>
    /// <param name="depth">The most objects and arrays that may be nested.</param>
    /// <exception cref="InvalidOperationException">More are nested.</exception>
    public static string Write(Action<Utf8JsonWriter> write, int depth = 64) => Encoding.UTF8.GetString(WriteBytes(write, depth));

    /// <summary>Writes an array of finite numbers as a field of the open JSON object, on one line even where JSON is indented.</summary>
    public static void WriteNumbers(Utf8JsonWriter json, string name, ReadOnlySpan<double> numbers)
    {
        double[] copy = numbers.ToArray();
        json.WritePropertyName(name);
        json.WriteRawValue(
            WriteBytes(line =>
            {
                line.WriteStartArray();
                Array.ForEach(copy, line.WriteNumberValue);
                line.WriteEndArray();
            }),
            skipInputValidation: true);
    }

    /// <inheritdoc cref="Write"/>
    public static byte[] WriteBytes(Action<Utf8JsonWriter> write, int depth = 64)
    {
        using var text = new MemoryStream();
        var options = new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = depth };
        using (var json = new Utf8JsonWriter(text, options))
        {
            write(json);
        }

        return text.ToArray();
    }
}
