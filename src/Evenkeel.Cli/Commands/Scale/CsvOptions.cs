using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using CsvHelper;
using Evenkeel.Cli.Shell;
using Evenkeel.Tables;
using Evenkeel.Tables.Csv;
using Microsoft.Win32.SafeHandles;

namespace Evenkeel.Cli.Commands.Scale;

/// <summary>The argument and options for a CSV file to read and its format.</summary>
internal sealed class CsvOptions
{
    private readonly Option<NumberFormatInfo> _culture = new("--culture")
    {
        Description = "Culture of the decimal separator: en-US for 0.5 (default), de-DE for 0,5.",
        HelpName = "NAME",
        DefaultValueFactory = _ => NumberCulture.Point,
        CustomParser = ParseCulture,
    };

    private readonly Option<char?> _delimiter = new("--delimiter")
    {
        Description = "Character between cells, such as ; or tab (default , or, with decimal commas, ;).",
        HelpName = "CHAR",
        CustomParser = ParseDelimiter,
    };

    private readonly Option<bool> _noHeader = new("--no-header")
    {
        Description = "The first row is data; columns are named 1, 2, 3 and so on.",
    };

    private readonly Option<int> _skip = SharedOptions.Number(
        "--skip", "N", "Number of lines to skip before the header (default 0).", 0,
        "a whole number from 0 to 1000000", value => value is >= 0 and <= 1_000_000);

    private readonly Option<string[]> _missing = List(
        "--missing", "TEXT,...", "Texts that mean a missing value, besides an empty cell and NaN; for example NA,?");

    /// <summary>The file to read.</summary>
    public Argument<string> Input { get; } = SharedOptions.FileArgument("IN.csv", "The CSV file, in UTF-8.");

    /// <summary>The options, for a group of the help.</summary>
    public Option[] All => [_delimiter, _culture, _noHeader, _skip, _missing];

    /// <summary>Creates an option for a comma-separated list; an item that contains a comma is quoted.</summary>
    public static Option<string[]> List(string name, string helpName, string description) => new(name)
    {
        Description = description,
        HelpName = helpName,
        CustomParser = result =>
        {
            if (result.Tokens.FirstOrDefault(token => QuotedText.Find(token.Value, ',') is not null) is { } wrong)
            {
                result.AddError($"{name} '{wrong.Value}' has a quote that is not closed, or text behind a closing quote.");
                return [];
            }

            return [.. result.Tokens.SelectMany(token => Split(token.Value))];
        },
    };

    /// <summary>Opens the file.</summary>
    public TableReader Open(ParseResult parsed) => Open(parsed, parsed.GetRequiredValue(Input));

    /// <summary>Opens another file.</summary>
    public TableReader Open(ParseResult parsed, string path) => Table(parsed, path).Open();

    /// <summary>A file and its format.</summary>
    public TableFile Table(ParseResult parsed, string path)
    {
        var options = new TableFileOptions
        {
            Delimiter = parsed.GetValue(_delimiter),
            DecimalSeparator = parsed.GetValue(_culture) == NumberCulture.Comma ? ',' : '.',
            HasHeader = !parsed.GetValue(_noHeader),
            SkippedLines = parsed.GetValue(_skip),
            Missing = parsed.GetValue(_missing)!,
        };
        return path == OutputFile.Dash
            ? new TableFile("standard input", "standard input", OpenStandardInput, options)
            : new TableFile(path, options);
    }

    private static FileStream OpenStandardInput()
    {
        StandardStream.CheckOpen(StandardStream.Input);
        return new FileStream(new SafeFileHandle(StandardStream.Input, ownsHandle: false), FileAccess.Read, bufferSize: 0);
    }

    private static string[] Split(string list)
    {
        using CsvReader reader = CsvReader.FromText(list, new CsvReaderOptions { Separator = ',', HasHeader = false });
        return reader.Read() ? reader.Current.ToArray() : [""];
    }

    private static NumberFormatInfo? ParseCulture(ArgumentResult result)
    {
        string name = SharedOptions.Text(result);
        NumberFormatInfo? numbers = NumberCulture.Of(name);
        if (numbers is null)
        {
            result.AddError($"--culture '{name}' must be the name of a culture, such as en-US or de.");
        }

        return numbers;
    }

    private static char? ParseDelimiter(ArgumentResult result)
    {
        switch (SharedOptions.Text(result))
        {
            case "tab" or "\\t":
                return '\t';
            case [var character] when CsvDialect.IsDelimiter(character):
                return character;
            case var text:
                result.AddError($"--delimiter '{text}' must be tab, or one ASCII character other than a letter, digit or quote.");
                return null;
        }
    }
}
