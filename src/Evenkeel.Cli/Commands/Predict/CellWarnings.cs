using System.Text;
using Evenkeel.Cli.Rendering;
using Evenkeel.Tables;
using Evenkeel.Tables.Preparation;
using static System.FormattableString;

namespace Evenkeel.Cli.Commands.Predict;

/// <summary>Counts the cells that a model of a table knows nothing about: unseen categories, and columns without any cell.</summary>
/// <param name="columns">The preparations of the columns.</param>
internal sealed class CellWarnings(IReadOnlyList<ColumnPreparation> columns)
{
    private const int MostColumns = 3;
    private const int LongestText = 40;

    private readonly long[] _unseen = new long[columns.Count];
    private readonly long[] _missing = new long[columns.Count];
    private readonly string?[] _examples = new string?[columns.Count];
    private long _rows;

    /// <summary>A sentence for each column with such cells, for at most three of them.</summary>
    public IReadOnlyList<string> Sentences
    {
        get
        {
            string[] all = [.. Enumerable.Range(0, columns.Count).Select(Sentence).OfType<string>()];
            return all.Length <= MostColumns
                ? all
                : [.. all.Take(MostColumns), $"{ScaleRendering.Counted(all.Length - MostColumns, "more column")} with such cells."];
        }
    }

    /// <summary>Counts the cells of a chunk, whose first columns are those of the preparation.</summary>
    public void Add(TableChunk chunk)
    {
        _rows += chunk.Rows;
        for (int c = 0; c < columns.Count; c++)
        {
            ReadOnlySpan<CellKind> kinds = chunk.Kinds(c);
            _missing[c] += kinds.Count(CellKind.Missing);
            if (columns[c] is CategoryPreparation categories)
            {
                AddUnseen(chunk, kinds, c, categories);
            }
        }
    }

    private void AddUnseen(TableChunk chunk, ReadOnlySpan<CellKind> kinds, int column, CategoryPreparation categories)
    {
        for (int row = 0; row < kinds.Length; row++)
        {
            if (kinds[row] != CellKind.Missing && chunk.Utf8Text(column, row) is var text && !categories.Occurred(text))
            {
                _unseen[column]++;
                _examples[column] ??= Encoding.UTF8.GetString(text);
            }
        }
    }

    private string? Sentence(int column)
    {
        string name = columns[column].Name, cells = ScaleRendering.Counted(_rows, "cell");
        if (_unseen[column] > 0)
        {
            string example = _examples[column]!;
            string shown = example.Length <= LongestText ? example : example[..LongestText] + "…";
            return Invariant($"'{name}': {_unseen[column]:N0} of {cells} hold categories that did not occur in training, ")
                + $"such as '{shown}'.";
        }

        return _rows > 0 && _missing[column] == _rows ? Invariant($"'{name}': {_rows:N0} of {cells} are missing.") : null;
    }
}
