using System.Text.Json;
using System.Text.Unicode;
using Evenkeel.Tensors;
using static System.FormattableString;

namespace Evenkeel.Formats;

/// <summary>The header of a safetensors file, read strictly.</summary>
/// <param name="Metadata">The metadata by name.</param>
/// <param name="Entries">The tensors in the order of their data.</param>
/// <param name="HeaderHashPosition">The position of the header's hash in it; null without one.</param>
internal sealed record SafetensorsHeader(
    IReadOnlyDictionary<string, string> Metadata, IReadOnlyList<SafetensorsHeader.Entry> Entries, int? HeaderHashPosition)
{
    private const int MaximumQuote = 100;

    private static readonly Dictionary<string, DataType> Types =
        Enum.GetValues<DataType>().ToDictionary(Safetensors.NameOf);

    /// <summary>Parses a header.</summary>
    /// <param name="header">The header's bytes.</param>
    /// <param name="data">The number of bytes behind it.</param>
    /// <exception cref="InvalidDataException">The header is not valid, or does not fit the data.</exception>
    public static SafetensorsHeader Parse(ReadOnlySpan<byte> header, long data)
    {
        if (!header.StartsWith("{"u8))
        {
            throw Invalid("The header does not begin with '{'; expected a JSON object");
        }

        if (!Utf8.IsValid(header))
        {
            throw Invalid("The header is not UTF-8 text");
        }

        try
        {
            return new Parser(header.TrimEnd((byte)' ')).Parse(data);
        }
        catch (JsonException e)
        {
            // .NET's message ends with the place, in lines.
            string reason = e.Message.Split(" LineNumber:")[0].TrimEnd('.');
            throw Invalid(Invariant($"The header is not JSON at byte {e.BytePositionInLine}: {reason}"), e);
        }
        catch (InvalidOperationException e)
        {
            throw Invalid("The header has half of a surrogate pair", e);
        }
    }

    private static InvalidDataException Invalid(string message, Exception? cause = null) =>
        new($"{message}.".ReplaceLineEndings(" "), cause);

    private static string Quote(string text) => text.Length <= MaximumQuote ? $"'{text}'" : $"'{text[..MaximumQuote]}…'";

    /// <summary>A tensor in the header.</summary>
    /// <param name="Name">The name.</param>
    /// <param name="Type">The type of the elements.</param>
    /// <param name="Lengths">The shape.</param>
    /// <param name="Begin">The position of the first byte in the data.</param>
    /// <param name="End">The position behind the last byte.</param>
    internal sealed record Entry(string Name, DataType Type, nint[] Lengths, long Begin, long End);

    private ref struct Parser(ReadOnlySpan<byte> header)
    {
        private readonly Dictionary<string, string> _metadata = [];
        private readonly List<Entry> _entries = [];
        private readonly HashSet<string> _names = [];
        private Utf8JsonReader _json = new(header, new JsonReaderOptions { MaxDepth = 3 });
        private int? _hash;

        public SafetensorsHeader Parse(long data)
        {
            Read(JsonTokenType.StartObject, "the header");
            while (NextName() is { } name)
            {
                if (!_names.Add(name))
                {
                    throw Invalid($"The header has the field {Quote(name)} twice");
                }

                if (name == Safetensors.MetadataField)
                {
                    ReadMetadata();
                }
                else
                {
                    ReadEntry(name);
                }
            }

            _json.Read(); // refuses text behind the object
            Entry[] ordered = [.. _entries.OrderBy(entry => entry.Begin).ThenBy(entry => entry.End)];
            CheckData(ordered, data);
            return new SafetensorsHeader(_metadata, ordered, _hash);
        }

        private void ReadMetadata()
        {
            Read(JsonTokenType.StartObject, Safetensors.MetadataField);
            while (NextName() is { } name)
            {
                Read(JsonTokenType.String, $"the metadata {Quote(name)}");
                if (name == Safetensors.HeaderHash)
                {
                    _hash = (int)_json.TokenStartIndex + 1; // behind the quotation mark
                }

                if (!_metadata.TryAdd(name, _json.GetString()!))
                {
                    throw Invalid($"The metadata has the name {Quote(name)} twice");
                }
            }
        }

        private void ReadEntry(string name)
        {
            string? type = null;
            List<long>? shape = null, offsets = null;
            Read(JsonTokenType.StartObject, $"the tensor {Quote(name)}");
            while (NextName() is { } field)
            {
                bool isNew = field switch
                {
                    "dtype" => type is null,
                    "shape" => shape is null,
                    "data_offsets" => offsets is null,
                    _ => throw Invalid($"The tensor {Quote(name)} has the unknown field {Quote(field)}"),
                };
                if (!isNew)
                {
                    throw Invalid($"The tensor {Quote(name)} has the field '{field}' twice");
                }

                switch (field)
                {
                    case "dtype":
                        Read(JsonTokenType.String, $"the type of {Quote(name)}");
                        type = _json.GetString()!;
                        break;
                    case "shape":
                        shape = ReadNumbers(name, field);
                        break;
                    default:
                        offsets = ReadNumbers(name, field);
                        break;
                }
            }

            if (type is null || shape is null || offsets is not [var begin, var end])
            {
                throw Invalid($"The tensor {Quote(name)} lacks 'dtype', 'shape' or two 'data_offsets'");
            }

            _entries.Add(MakeEntry(name, type, shape, begin, end));
        }

        private static Entry MakeEntry(string name, string typeName, List<long> shape, long begin, long end)
        {
            if (!Types.TryGetValue(typeName, out DataType type))
            {
                throw Invalid($"The tensor {Quote(name)} has the type {Quote(typeName)}; expected one of {string.Join(", ", Types.Keys)}");
            }

            try
            {
                long elements = 1;
                foreach (long length in shape)
                {
                    elements = checked(elements * length);
                }

                long bytes = checked(elements * ElementConversion.SizeOf(type));
                return begin <= end && end - begin == bytes
                    ? new Entry(name, type, [.. shape.Select(length => (nint)length)], begin, end)
                    : throw Invalid(Invariant(
                        $"The tensor {Quote(name)} has the data offsets {begin} and {end}, but its shape and type take {bytes} bytes"));
            }
            catch (OverflowException)
            {
                throw Invalid($"The tensor {Quote(name)} has a shape of more than 2⁶³ bytes");
            }
        }

        private List<long> ReadNumbers(string name, string field)
        {
            var numbers = new List<long>();
            Read(JsonTokenType.StartArray, $"the field '{field}' of {Quote(name)}");
            while (_json.Read() && _json.TokenType != JsonTokenType.EndArray)
            {
                if (_json.TokenType != JsonTokenType.Number || !_json.TryGetInt64(out long number) || number < 0)
                {
                    throw Invalid($"The field '{field}' of the tensor {Quote(name)} has a value that is not an integer of at least 0");
                }

                numbers.Add(number);
            }

            return numbers;
        }

        private string? NextName()
        {
            _json.Read();
            return _json.TokenType == JsonTokenType.PropertyName ? _json.GetString()! : null;
        }

        private void Read(JsonTokenType expected, string what)
        {
            _json.Read();
            if (_json.TokenType != expected)
            {
                string name = expected switch
                {
                    JsonTokenType.StartObject => "an object",
                    JsonTokenType.StartArray => "an array",
                    _ => "a string",
                };
                throw Invalid($"In the header, {what} is not {name}");
            }
        }

        private static void CheckData(Entry[] ordered, long data)
        {
            long position = 0;
            foreach (Entry entry in ordered)
            {
                if (entry.Begin != position)
                {
                    string problem = entry.Begin < position ? "overlaps the one before it" : "leaves a hole before it";
                    throw Invalid(Invariant($"The tensor {Quote(entry.Name)} begins at byte {entry.Begin} of the data and {problem}"));
                }

                position = entry.End;
            }

            if (position != data)
            {
                throw Invalid(Invariant($"The tensors take {position:N0} bytes, and {data:N0} follow the header"));
            }
        }
    }
}
