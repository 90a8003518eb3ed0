using System.Text;
using Evenkeel.Tables.Csv;

namespace Evenkeel.Tables;

/// <summary>The format of a table file, as far as it does not tell: all but <see cref="Missing"/> concerns CSV files alone.</summary>
public sealed record TableFileOptions
{
    private const int MaxSkippedLines = 1_000_000;

    /// <summary>
    /// The character between the cells of a CSV file: ASCII, and neither a letter, a digit, a quote nor a line break. Null (default) for a
    /// comma, or a semicolon with decimal commas, unless a first line such as <c>sep=;</c> names it.
    /// </summary>
    /// <exception cref="ArgumentException">The character cannot separate cells.</exception>
    public char? Delimiter
    {
        get;
        init => field = value is not { } character || CsvDialect.IsDelimiter(character)
            ? value
            : throw new ArgumentException(
                $"A delimiter is an ASCII character other than a letter, digit, quote or line break, not '{value}'.", nameof(value));
    }

    /// <summary>The decimal separator of a CSV file: a point (default) or a comma. Separators of thousands are never read.</summary>
    /// <exception cref="ArgumentException">The character is neither a point nor a comma.</exception>
    public char DecimalSeparator
    {
        get;
        init => field = value is '.' or ','
            ? value
            : throw new ArgumentException($"A decimal separator is . or a comma, not '{value}'.", nameof(value));
    } = '.';

    /// <summary>True (default) if the first row of a CSV file has the names of the columns; otherwise they are 1, 2, 3 and so on.</summary>
    public bool HasHeader { get; init; } = true;

    /// <summary>The number of lines of a CSV file before its header, from 0 (default) to 1,000,000.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative or too large.</exception>
    public int SkippedLines
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, MaxSkippedLines);
            field = value;
        }
    }

    /// <summary>The texts that mean a missing value, besides an empty cell and NaN; blanks around them do not count.</summary>
    /// <exception cref="ArgumentNullException">The list or a text is null.</exception>
    public IReadOnlyList<string> Missing
    {
        get;
        init
        {
            ArgumentNullException.ThrowIfNull(value);
            foreach (string text in value)
            {
                ArgumentNullException.ThrowIfNull(text);
            }

            field = [.. value];
        }
    } = [];

    /// <summary>The texts of <see cref="Missing"/> as bytes.</summary>
    internal IReadOnlyList<byte[]> MissingBytes => [.. Missing.Select(text => Encoding.UTF8.GetBytes(text.Trim(' ', '\t')))];

    /// <summary>The format of a CSV file.</summary>
    internal CsvDialect Dialect => new()
    {
        Delimiter = Delimiter ?? (DecimalSeparator == ',' ? ';' : ','),
        IsDelimiterGiven = Delimiter is not null,
        Numbers = DecimalSeparator == ',' ? NumberCulture.Comma : NumberCulture.Point,
        HasHeader = HasHeader,
        SkippedLines = SkippedLines,
        Missing = MissingBytes,
    };
}
