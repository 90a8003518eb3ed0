using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace Evenkeel.Formats;

/// <summary>The fields of an object in a JSON file, read strictly: each must be asked for once, and be what is asked for.</summary>
/// <remarks>Every error is an <see cref="InvalidDataException"/> that says where and what.</remarks>
internal sealed class JsonFields
{
    private const int FirstBuffer = 64 * 1024;
    private const int MaximumMessage = 400;

    private readonly Dictionary<string, JsonElement> _fields = [];

    private JsonFields(JsonElement element, string path)
    {
        Path = path;
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw Error($"is {Describe(element)}; expected an object");
        }

        foreach (JsonProperty property in element.EnumerateObject())
        {
            if (!_fields.TryAdd(Name(property), property.Value))
            {
                throw Error($"has the field \"{property.Name}\" twice");
            }
        }
    }

    /// <summary>Where the object stands in the file: <c>$.columns[3]</c>.</summary>
    public string Path { get; }

    /// <summary>Reads a file that holds one object.</summary>
    /// <param name="stream">The file, from where it stands to its end.</param>
    /// <param name="maximumLength">How many bytes it may have.</param>
    public static JsonFields Read(Stream stream, int maximumLength)
    {
        ReadOnlyMemory<byte> file = ReadToEnd(stream, maximumLength);
        if (file.Span.StartsWith("\uFEFF"u8))
        {
            throw Invalid("The file starts with a byte order mark; expected JSON in UTF-8 without one.");
        }

        if (!Utf8.IsValid(file.Span))
        {
            throw Invalid("The file is not UTF-8 text.");
        }

        try
        {
            return new JsonFields(JsonDocument.Parse(file).RootElement, "$");
        }
        catch (JsonException e)
        {
            throw Invalid($"The file is not JSON: {e.Message}", e);
        }
    }

    /// <summary>A finite number.</summary>
    public double Number(string name, double minimum = double.NegativeInfinity)
    {
        JsonElement element = Take(name);
        if (element.ValueKind != JsonValueKind.Number)
        {
            throw Error(name, $"is {Describe(element)}; expected a number");
        }

        double number = element.GetDouble();
        if (!double.IsFinite(number))
        {
            throw Error(name, $"is {element.GetRawText()}, which no double can hold");
        }

        return number >= minimum
            ? number
            : throw Error(name, string.Create(CultureInfo.InvariantCulture, $"is {number}; expected at least {minimum}"));
    }

    /// <summary>A finite number; null where the field says so.</summary>
    public double? NumberOrNull(string name) => TakeNull(name) ? null : Number(name);

    /// <summary>An integer from 0 to <paramref name="maximum"/>.</summary>
    public int Integer(string name, int maximum)
    {
        JsonElement element = Take(name);
        return element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out int integer) && integer >= 0 && integer <= maximum
            ? integer
            : throw Error(name, string.Create(CultureInfo.InvariantCulture, $"is {Describe(element)}; expected an integer from 0 to {maximum}"));
    }

    /// <summary>An integer from 0 to <paramref name="maximum"/>; null where the field says so.</summary>
    public int? IntegerOrNull(string name, int maximum) => TakeNull(name) ? null : Integer(name, maximum);

    /// <summary>True or false.</summary>
    public bool Flag(string name)
    {
        JsonElement element = Take(name);
        return element.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? element.GetBoolean()
            : throw Error(name, $"is {Describe(element)}; expected true or false");
    }

    /// <summary>A text.</summary>
    public string Text(string name)
    {
        JsonElement element = Take(name);
        if (element.ValueKind != JsonValueKind.String)
        {
            throw Error(name, $"is {Describe(element)}; expected a text");
        }

        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Error(name, "has half of a surrogate pair");
        }
    }

    /// <summary>A text; null where there is no such field.</summary>
    public string? OptionalText(string name) => _fields.ContainsKey(name) ? Text(name) : null;

    /// <summary>One of an enumeration's values, written as <see cref="JsonNames.Of"/> has it.</summary>
    public T Choice<T>(string name)
        where T : struct, Enum
    {
        string text = Text(name);
        foreach (T value in Enum.GetValues<T>())
        {
            if (JsonNames.Of(value) == text)
            {
                return value;
            }
        }

        throw Error(name, $"is \"{text}\"; expected \"{string.Join("\" or \"", Enum.GetValues<T>().Select(JsonNames.Of))}\"");
    }

    /// <summary>The objects of an array.</summary>
    public IReadOnlyList<JsonFields> Objects(string name)
    {
        JsonElement array = Take(name);
        return array.ValueKind == JsonValueKind.Array
            ? [.. array.EnumerateArray().Select((element, i) => new JsonFields(element, string.Create(CultureInfo.InvariantCulture, $"{Path}.{name}[{i}]")))]
            : throw Error(name, $"is {Describe(array)}; expected an array");
    }

    /// <summary>Throws where a field was not asked for.</summary>
    public void End()
    {
        foreach (string name in _fields.Keys)
        {
            throw Error($"has the unknown field \"{name}\"");
        }
    }

    /// <summary>Makes something of the object, whose own checks are then those of the file.</summary>
    public T Make<T>(Func<JsonFields, T> make)
    {
        try
        {
            return make(this);
        }
        catch (ArgumentException e)
        {
            throw Invalid($"{Path}: {e.Message}", e);
        }
    }

    /// <summary>An error at this object: "$.columns[3] is …".</summary>
    public InvalidDataException Error(string what) => Invalid($"{Path} {what}.");

    /// <summary>An error at one of the fields: "$.columns[3].mean is …".</summary>
    public InvalidDataException Error(string name, string what) => Invalid($"{Path}.{name} {what}.");

    private JsonElement Take(string name) =>
        _fields.Remove(name, out JsonElement element) ? element : throw Error($"lacks the field \"{name}\"");

    private bool TakeNull(string name) =>
        _fields.TryGetValue(name, out JsonElement element) && element.ValueKind == JsonValueKind.Null && _fields.Remove(name);

    private string Name(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            throw Error("has a field whose name has half of a surrogate pair");
        }
    }

    private static string Describe(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a text",
        _ => element.GetRawText(),
    };

    // What is quoted from the file may have any length and any number of lines.
    private static InvalidDataException Invalid(string message, Exception? cause = null) =>
        new((message.Length <= MaximumMessage ? message : $"{message[..MaximumMessage]}…").ReplaceLineEndings(" "), cause);

    private static ReadOnlyMemory<byte> ReadToEnd(Stream stream, int maximumLength)
    {
        var file = new byte[Math.Min(FirstBuffer, maximumLength + 1)];
        int length = 0;
        while (true)
        {
            int read = stream.Read(file, length, file.Length - length);
            length += read;
            if (length > maximumLength)
            {
                throw Invalid(
                    string.Create(CultureInfo.InvariantCulture, $"The file has more than {maximumLength:N0} bytes, the most that is read."));
            }

            if (read == 0)
            {
                return file.AsMemory(0, length);
            }

            if (length == file.Length)
            {
                Array.Resize(ref file, (int)Math.Min(2L * length, maximumLength + 1L));
            }
        }
    }
}
