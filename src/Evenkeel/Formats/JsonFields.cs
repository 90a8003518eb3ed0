using System.Text.Json;
using System.Text.Unicode;
using static System.FormattableString;

namespace Evenkeel.Formats;

/// <summary>Reads the fields of an object in a JSON file strictly: each must be requested once, and have the requested type.</summary>
/// <remarks>Every error is an <see cref="InvalidDataException"/> that says where and why.</remarks>
internal sealed class JsonFields
{
    private const int FirstBuffer = 64 * 1024;
    private const int MaximumMessage = 400;

    /// <summary>One bit per field in <see cref="_taken"/>.</summary>
    private const int MaximumFields = 64;

    private const int MaximumObjects = 1_000_000;

    private readonly JsonElement _element;
    private readonly (JsonFields Object, string Step)? _parent;
    private ulong _taken;

    private JsonFields(JsonElement element, (JsonFields Object, string Step)? parent)
    {
        (_element, _parent) = (element, parent);
        if (element.ValueKind != JsonValueKind.Object)
        {
            throw Error($"is {Describe(element)}; expected an object");
        }

        if (element.GetPropertyCount() is var count and > MaximumFields)
        {
            throw Error(Invariant($"has {count} fields; at most {MaximumFields} are read"));
        }
    }

    /// <summary>The path of the object in the file: <c>$.columns[3]</c>.</summary>
    public string Path => _parent is var (above, step) ? $"{above.Path}.{step}" : "$";

    /// <summary>Reads a file that holds one object.</summary>
    /// <param name="stream">The file, from its current position to its end.</param>
    /// <param name="maximumLength">The most bytes that the file may have.</param>
    public static JsonFields Read(Stream stream, int maximumLength)
    {
        return Parse(ReadToEnd(stream, maximumLength));
    }

    /// <summary>Reads a text that holds one object.</summary>
    /// <param name="file">The text in UTF-8.</param>
    /// <param name="depth">The most objects and arrays that may be nested.</param>
    public static JsonFields Parse(ReadOnlyMemory<byte> file, int depth = 64)
    {
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
            return new JsonFields(JsonDocument.Parse(file, new JsonDocumentOptions { MaxDepth = depth }).RootElement, parent: null);
        }
        catch (JsonException e)
        {
            // .NET's message ends with the place, counted from 0, and what a programmer could do.
            string reason = e.Message.Split(" LineNumber:")[0].Split(" Change the reader options")[0];
            throw Invalid(Invariant($"The file is not JSON in line {e.LineNumber + 1}: {reason}"), e);
        }
    }

    /// <summary>Reads a finite number.</summary>
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
            : throw Error(name, Invariant($"is {number}; expected at least {minimum}"));
    }

    /// <summary>Reads a finite number or null.</summary>
    public double? NumberOrNull(string name) => TakeNull(name) ? null : Number(name);

    /// <summary>Reads an integer from 0 to <paramref name="maximum"/>.</summary>
    public int Integer(string name, int maximum)
    {
        JsonElement element = Take(name);
        return element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out int integer) && integer >= 0 && integer <= maximum
            ? integer
            : throw Error(name, Invariant($"is {Describe(element)}; expected an integer from 0 to {maximum}"));
    }

    /// <summary>Reads an integer from <paramref name="minimum"/> on.</summary>
    public long Long(string name, long minimum = 0)
    {
        JsonElement element = Take(name);
        return element.ValueKind == JsonValueKind.Number && element.TryGetInt64(out long integer) && integer >= minimum
            ? integer
            : throw Error(name, Invariant($"is {Describe(element)}; expected an integer of at least {minimum}"));
    }

    /// <summary>Reads an integer from 0 to 2⁶⁴ − 1.</summary>
    public ulong Unsigned(string name)
    {
        JsonElement element = Take(name);
        return element.ValueKind == JsonValueKind.Number && element.TryGetUInt64(out ulong integer)
            ? integer
            : throw Error(name, $"is {Describe(element)}; expected an integer from 0 to 2⁶⁴ − 1");
    }

    /// <summary>Reads an array of integers from 0 to <paramref name="maximum"/>.</summary>
    public int[] Integers(string name, int maximum) =>
    [
        .. Array(name).Select(element =>
            element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out int integer) && integer >= 0 && integer <= maximum
                ? integer
                : throw Error(name, Invariant($"has {Describe(element)}; expected integers from 0 to {maximum}"))),
    ];

    /// <summary>Reads an array of finite numbers.</summary>
    public double[] Numbers(string name) =>
    [
        .. Array(name).Select(element =>
            element.ValueKind == JsonValueKind.Number && element.GetDouble() is var number && double.IsFinite(number)
                ? number
                : throw Error(name, $"has {Describe(element)}; expected finite numbers")),
    ];

    /// <summary>Reads an array of strings.</summary>
    public string[] Texts(string name) =>
    [
        .. Array(name).Select(element =>
            element.ValueKind == JsonValueKind.String
                ? TextOf(element, name)
                : throw Error(name, $"has {Describe(element)}; expected strings")),
    ];

    /// <summary>Reads all fields as strings, whatever their names.</summary>
    public Dictionary<string, string> AllTexts()
    {
        var texts = new Dictionary<string, string>();
        foreach (JsonProperty property in _element.EnumerateObject())
        {
            string name = Name(property);
            texts[name] = Text(name);
        }

        return texts;
    }

    /// <summary>Reads an object.</summary>
    public JsonFields Object(string name) => new(Take(name), (this, name));

    /// <summary>Reads an object or null.</summary>
    public JsonFields? ObjectOrNull(string name) => TakeNull(name) ? null : Object(name);

    /// <summary>Whether there is a field of a name that was not requested yet.</summary>
    public bool Has(string name) => Find(name) is not null;

    /// <summary>Reads a value of any type.</summary>
    public JsonElement Element(string name) => Take(name);

    /// <summary>Reads an integer from 0 to <paramref name="maximum"/>, or null.</summary>
    public int? IntegerOrNull(string name, int maximum) => TakeNull(name) ? null : Integer(name, maximum);

    /// <summary>Reads true or false.</summary>
    public bool Flag(string name)
    {
        JsonElement element = Take(name);
        return element.ValueKind is JsonValueKind.True or JsonValueKind.False
            ? element.GetBoolean()
            : throw Error(name, $"is {Describe(element)}; expected true or false");
    }

    /// <summary>Reads a boolean or null.</summary>
    public bool? FlagOrNull(string name) => TakeNull(name) ? null : Flag(name);

    /// <summary>Reads true or false; the default if there is no such field.</summary>
    public bool OptionalFlag(string name, bool defaultValue) => Find(name) is null ? defaultValue : Flag(name);

    /// <summary>Whether a field that was not requested yet is a string.</summary>
    public bool IsText(string name) => Find(name)?.Element.ValueKind == JsonValueKind.String;

    /// <summary>Reads a string.</summary>
    public string Text(string name)
    {
        JsonElement element = Take(name);
        if (element.ValueKind != JsonValueKind.String)
        {
            throw Error(name, $"is {Describe(element)}; expected a string");
        }

        return TextOf(element, name);
    }

    /// <summary>Reads a string; null if there is no such field.</summary>
    public string? OptionalText(string name) => Find(name) is null ? null : Text(name);

    /// <summary>Reads a value of an enumeration, named by <see cref="JsonNames.Of"/>.</summary>
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

    /// <summary>Reads an array of objects.</summary>
    public IReadOnlyList<JsonFields> Objects(string name) =>
        [.. Array(name).Select((element, i) => new JsonFields(element, (this, Invariant($"{name}[{i}]"))))];

    /// <summary>Throws if a field was not requested.</summary>
    public void End()
    {
        int index = 0;
        foreach (JsonProperty property in _element.EnumerateObject())
        {
            if (!IsTaken(index++))
            {
                throw Error($"has the unknown field \"{Name(property)}\"");
            }
        }
    }

    /// <summary>Creates something from the object; an argument it rejects is an error of the file.</summary>
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

    /// <summary>Returns an error of this object: "$.columns[3] is …".</summary>
    public InvalidDataException Error(string what) => Invalid($"{Path} {what}.");

    /// <summary>Returns an error of a field: "$.columns[3].mean is …".</summary>
    public InvalidDataException Error(string name, string what) => Invalid($"{Path}.{name} {what}.");

    private JsonElement.ArrayEnumerator Array(string name)
    {
        JsonElement array = Take(name);
        if (array.ValueKind != JsonValueKind.Array)
        {
            throw Error(name, $"is {Describe(array)}; expected an array");
        }

        return array.GetArrayLength() is var length && length <= MaximumObjects
            ? array.EnumerateArray()
            : throw Error(name, Invariant($"has {length} elements; at most {MaximumObjects} are read"));
    }

    private string TextOf(JsonElement element, string name)
    {
        try
        {
            return element.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Error(name, "has half of a surrogate pair");
        }
    }

    private JsonElement Take(string name)
    {
        (int index, JsonElement element) = Find(name) ?? throw Error($"lacks the field \"{name}\"");
        _taken |= 1UL << index;
        return element;
    }

    private bool TakeNull(string name)
    {
        bool isNull = Find(name)?.Element.ValueKind == JsonValueKind.Null;
        if (isNull)
        {
            _ = Take(name);
        }

        return isNull;
    }

    private (int Index, JsonElement Element)? Find(string name)
    {
        (int, JsonElement)? found = null;
        int index = 0;
        foreach (JsonProperty property in _element.EnumerateObject())
        {
            if (!IsTaken(index) && Matches(property, name))
            {
                found = found is null ? (index, property.Value) : throw Error($"has the field \"{name}\" twice");
            }

            index++;
        }

        return found;
    }

    private bool IsTaken(int index) => (_taken & (1UL << index)) != 0;

    private bool Matches(JsonProperty property, string name)
    {
        try
        {
            return property.NameEquals(name);
        }
        catch (InvalidOperationException)
        {
            throw BadName();
        }
    }

    private string Name(JsonProperty property)
    {
        try
        {
            return property.Name;
        }
        catch (InvalidOperationException)
        {
            throw BadName();
        }
    }

    private InvalidDataException BadName() => Error("has a field whose name has half of a surrogate pair");

    private static string Describe(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a string",
        _ => element.GetRawText(),
    };

    // A message quotes the file, which may have any length and any number of lines.
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
                throw Invalid(Invariant($"The file has more than {maximumLength:N0} bytes, the most that is read."));
            }

            if (read == 0)
            {
                return file.AsMemory(0, length);
            }

            if (length == file.Length)
            {
                System.Array.Resize(ref file, (int)Math.Min(2L * length, maximumLength + 1L));
            }
        }
    }
}
