using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text.Json;
using Evenkeel.Cli.Commands.Scale;
using Evenkeel.Cli.Shell;
using Evenkeel.Cli.Tables;
using Evenkeel.Explanations;
using Evenkeel.Tables;
using Evenkeel.Tables.Texts;
using static System.FormattableString;

namespace Evenkeel.Cli.Commands.Explain;

/// <summary>Reads the numbers of an explanation from files and from the command line.</summary>
/// <param name="parsed">The command line.</param>
/// <param name="csv">The options for CSV files.</param>
internal sealed class ExplainInput(ParseResult parsed, CsvOptions csv)
{
    private const int MaxFileLength = 1 << 20;
    private const int MaxDepth = 8;

    /// <summary><c>--sample-shape</c>.</summary>
    public static Option<int[]> SampleShape() => new("--sample-shape")
    {
        Description = "Shape of a sample whose numbers are a row of the CSV file, such as 2,4,4 for two channels of 4×4 pixels.",
        HelpName = "C,H,W",
        CustomParser = result => Parse(result, "--sample-shape", "whole numbers of at least 1, such as 2,4,4", text =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int length) && length > 0 ? length : (int?)null),
    };

    /// <summary>An option for comma-separated numbers; empty if it is not given.</summary>
    public static Option<float[]> NumberList(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "X,...",
        CustomParser = result => Parse(result, name, "finite numbers separated by commas, such as 2,5", Number),
    };

    /// <summary>Reads the input.</summary>
    /// <param name="path">A CSV or JSON file.</param>
    /// <param name="sampleShape">The shape of a sample in a CSV file; empty for a table.</param>
    /// <exception cref="InvalidDataException">The file does not hold such numbers; the message has its path.</exception>
    public ExplanationInput Read(string path, int[] sampleShape)
    {
        (int[] shape, float[] values) = ReadNumbers(path);
        if (sampleShape.Length == 0)
        {
            return new ExplanationInput(shape, values);
        }

        if (IsJson(path))
        {
            throw new UsageException($"--sample-shape applies to CSV files; the arrays of '{path}' have a shape of their own.");
        }

        long count = sampleShape.Aggregate(1L, (product, length) => product * length);
        return count == shape[1]
            ? new ExplanationInput([shape[0], .. sampleShape], values)
            : throw new UsageException(
                Invariant($"--sample-shape {string.Join(',', sampleShape)} has {count} numbers; a row of '{path}' has {shape[1]}."));
    }

    /// <summary>Reads dy, from a file or from the option itself.</summary>
    /// <param name="text">A CSV or JSON file, or numbers.</param>
    /// <param name="shape">The shape that it must have.</param>
    public float[] ReadGradient(string text, int[] shape)
    {
        if (!IsJson(text) && !text.EndsWith(".csv", StringComparison.OrdinalIgnoreCase))
        {
            return [.. text.Split(',').Select(part => Number(part)
                ?? throw new UsageException($"--dy '{text}' must be a .csv or .json file, or finite numbers separated by commas."))];
        }

        (int[] given, float[] values) = ReadNumbers(text);
        return given.SequenceEqual(shape) || (!IsJson(text) && values.Length == shape.Aggregate((a, b) => a * b))
            ? values
            : throw new UsageException(
                $"--dy '{text}' has the shape [{string.Join(", ", given)}]; the input's is [{string.Join(", ", shape)}].");
    }

    private static bool IsJson(string path) => path.EndsWith(".json", StringComparison.OrdinalIgnoreCase);

    private (int[] Shape, float[] Values) ReadNumbers(string path) => IsJson(path) ? ReadJson(path) : ReadCsv(path);

    private (int[] Shape, float[] Values) ReadCsv(string path)
    {
        using TableReader input = csv.Open(parsed, path);
        ColumnSelection columns = new([.. Enumerable.Range(0, input.Columns.Count)], input.Columns);
        var reader = new NumberTableReader(input, columns, CellPolicy.Stop, ErrorHints.None);
        TableChunk chunk = input.CreateChunk(columns.Read);
        var table = new NumberTable(columns.Fields.Count);
        List<float> values = [];
        int rows = 0;
        while (input.Fill(chunk))
        {
            chunk.Parse();
            reader.Read(chunk, table);
            rows += table.Rows;
            values.AddRange(table.Values.ToArray().Select(value => (float)value));
            if (values.Count > ExplanationInput.MaxElements)
            {
                throw new InvalidDataException(
                    Invariant($"'{path}' has more than {ExplanationInput.MaxElements} numbers; an explanation shows each of them."));
            }
        }

        return rows > 0 ? ([rows, input.Columns.Count], [.. values])
            : throw new InvalidDataException($"'{path}' has no rows below its header; --no-header takes the first row as numbers.");
    }

    private static (int[] Shape, float[] Values) ReadJson(string path)
    {
        // At most one byte too many, since a pipe does not tell its length.
        using FileStream file = File.OpenRead(path);
        var buffer = new byte[MaxFileLength + 1];
        int length = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        if (length > MaxFileLength)
        {
            throw new InvalidDataException(Invariant($"'{path}' is longer than {MaxFileLength:N0} bytes, the most that are read."));
        }

        try
        {
            using JsonDocument document = JsonDocument.Parse(buffer.AsMemory(0, length), new JsonDocumentOptions { MaxDepth = MaxDepth });
            List<int> shape = [];
            for (JsonElement element = document.RootElement; element.ValueKind == JsonValueKind.Array; element = element[0])
            {
                shape.Add(element.GetArrayLength());
                if (shape[^1] == 0)
                {
                    throw new InvalidDataException($"'{path}' has an empty array.");
                }
            }

            List<float> values = [];
            Flatten(document.RootElement, shape, 0, values, path);
            return ([.. shape], [.. values]);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"'{path}' is not JSON: {OneLine.Of(e.Message)}", e);
        }
    }

    private static void Flatten(JsonElement element, List<int> shape, int depth, List<float> values, string path)
    {
        if (depth == shape.Count)
        {
            values.Add(element.ValueKind == JsonValueKind.Number && element.TryGetSingle(out float value)
                ? value
                : throw new InvalidDataException($"'{path}' has {Visible.Of(element.GetRawText())} where a number should be."));
            return;
        }

        if (element.ValueKind != JsonValueKind.Array || element.GetArrayLength() != shape[depth])
        {
            throw new InvalidDataException(
                Invariant($"'{path}' has arrays of different lengths: {shape[depth]} are expected at depth {depth + 1}."));
        }

        foreach (JsonElement item in element.EnumerateArray())
        {
            Flatten(item, shape, depth + 1, values, path);
        }
    }

    private static float? Number(string text) =>
        float.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out float value) && float.IsFinite(value) ? value : null;

    private static T[] Parse<T>(ArgumentResult result, string name, string expected, Func<string, T?> parse)
        where T : struct
    {
        string text = SharedOptions.Text(result);
        T?[] values = [.. text.Split(',').Select(part => parse(part.Trim()))];
        if (values.Any(value => value is null))
        {
            result.AddError($"{name} '{text}' must be {expected}.");
            return [];
        }

        return [.. values.Select(value => value!.Value)];
    }
}
