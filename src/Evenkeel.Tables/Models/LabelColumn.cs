using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Evenkeel.Tables.Profiles;
using static System.FormattableString;

namespace Evenkeel.Tables;

/// <summary>The labels of all rows of a table.</summary>
internal sealed class LabelColumn
{
    private const int MostClassesInferred = 20;
    private const int MostClasses = 1000;

    private LabelColumn(string name, TableTask task)
    {
        Name = name;
        Task = task;
    }

    /// <summary>The name of the column.</summary>
    public string Name { get; }

    /// <summary>What the labels are.</summary>
    public TableTask Task { get; }

    /// <summary>The names of the classes, in ordinal order; numbers in their own order.</summary>
    public IReadOnlyList<string> Classes { get; private set; } = [];

    /// <summary>The class of each row; −1 for a row without a label.</summary>
    public int[] Codes { get; private set; } = [];

    /// <summary>The number of each row; NaN for a row without a label.</summary>
    public double[] Numbers { get; private set; } = [];

    /// <summary>The number of rows.</summary>
    public int Rows => Task == TableTask.Classification ? Codes.Length : Numbers.Length;

    /// <summary>The classes of a single row, which cannot be in two sets of rows.</summary>
    public IReadOnlyList<string> SingleRowClasses => [.. Classes.Zip(Counts()).Where(pair => pair.Second == 1).Select(pair => pair.First)];

    /// <summary>Checks that each class has enough rows, or a single one, which is always trained on.</summary>
    /// <param name="table">The name of the table, for the message.</param>
    /// <param name="rows">The fewest rows.</param>
    /// <param name="purpose">What they are needed for, as the end of a sentence.</param>
    /// <exception cref="InvalidDataException">A class has fewer rows, or all have a single one, or the table has fewer.</exception>
    public void CheckRows(string table, int rows, string purpose)
    {
        int labeled = Enumerable.Range(0, Rows).Count(Has);
        if (labeled < rows)
        {
            throw new InvalidDataException(Invariant(
                $"'{table}' has {labeled:N0} {(labeled == 1 ? "row" : "rows")} with a label; at least {rows} are needed {purpose}."));
        }

        int[] counts = Counts();
        bool areAllSingle = Array.TrueForAll(counts, count => count == 1);
        if (Array.FindIndex(counts, count => count < rows && (count > 1 || areAllSingle)) is >= 0 and var rare)
        {
            throw new InvalidDataException(
                Invariant($"'{table}': '{Classes[rare]}' is the label '{Name}' of {counts[rare]} {(counts[rare] == 1 ? "row" : "rows")}; ")
                + Invariant($"at least {rows} of each class are needed {purpose}."));
        }
    }

    /// <summary>Whether a row has a label.</summary>
    public bool Has(int row) => Task == TableTask.Classification ? Codes[row] >= 0 : !double.IsNaN(Numbers[row]);

    /// <summary>Reads the labels.</summary>
    /// <param name="table">The table.</param>
    /// <param name="profile">The profile of the column.</param>
    /// <param name="options">The settings.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <exception cref="InvalidDataException">There are no labels, or not enough of them, or they do not fit the task.</exception>
    public static LabelColumn Read(
        TableSource table, ColumnProfile profile, TableTrainingOptions options, CancellationToken cancellationToken)
    {
        var labels = new LabelColumn(profile.Name, options.Task ?? TaskOf(profile));
        var positions = new Dictionary<string, int>(StringComparer.Ordinal);
        var codes = new List<int>();
        var numbers = new List<double>();
        string? firstMissing = null;
        long missing = 0;
        using TableReader reader = table.Open();
        reader.Read(
            reader.Find([profile.Name]),
            static () => 0,
            static (_, _) => { },
            (chunk, _) =>
            {
                for (int row = 0; row < chunk.Rows; row++)
                {
                    CellKind kind = chunk.Kinds(0)[row];
                    if (chunk.Problem(row) is { } problem && !options.SkipInvalidRows)
                    {
                        throw new InvalidDataException(
                            $"'{reader.Name}', {chunk.Describe(row)}: {problem}; {options.Hints.InvalidRows}.");
                    }

                    if (kind == CellKind.Missing)
                    {
                        missing++;
                        firstMissing ??= chunk.Describe(row);
                        codes.Add(-1);
                        numbers.Add(double.NaN);
                    }
                    else if (labels.Task == TableTask.Regression)
                    {
                        numbers.Add(kind == CellKind.Number ? chunk.Numbers(0)[row] : throw new TableCellException(
                            reader.Name,
                            chunk.Describe(row),
                            profile.Name,
                            Encoding.UTF8.GetString(chunk.Utf8Text(0, row)),
                            "is not a number"));
                    }
                    else
                    {
                        string text = Encoding.UTF8.GetString(chunk.ValidText(0, row, reader.Name, profile.Name));
                        ref int position = ref CollectionsMarshal.GetValueRefOrAddDefault(positions, text, out bool exists);
                        position = exists ? position
                            : positions.Count <= MostClasses ? positions.Count - 1
                            : throw new InvalidDataException(
                                $"'{reader.Name}': the label '{profile.Name}' has more than "
                                + Invariant($"{MostClasses:N0} different values, too many for classes."));
                        codes.Add(position);
                    }
                }
            },
            cancellationToken);
        if (missing > 0 && !options.SkipInvalidRows)
        {
            throw new InvalidDataException(
                Invariant($"'{table.Name}': the label '{profile.Name}' is missing in {missing:N0} ")
                + (missing == 1 ? $"row, {firstMissing}; " : $"rows, the first in {firstMissing}; ")
                + $"{options.Hints.InvalidRows}.");
        }

        labels.Take(table.Name, positions, codes, numbers);
        return labels;
    }

    private static TableTask TaskOf(ColumnProfile profile) =>
        profile is { Texts: 0, Numbers: > 0 } && (profile.DistinctCount is not { } distinct || distinct > MostClassesInferred)
            ? TableTask.Regression
            : TableTask.Classification;

    private void Take(string table, Dictionary<string, int> positions, List<int> codes, List<double> numbers)
    {
        if (Task == TableTask.Regression)
        {
            Numbers = [.. numbers];
            double[] present = [.. numbers.Where(number => !double.IsNaN(number)).Take(2)];
            if (numbers.TrueForAll(number => double.IsNaN(number) || number == present[0]))
            {
                throw Constant(table, present.Length == 0 ? null : present[0].ToString(CultureInfo.InvariantCulture));
            }

            return;
        }

        if (positions.Count < 2)
        {
            throw Constant(table, positions.Keys.FirstOrDefault());
        }

        string[] classes = [.. positions.Keys.Order(StringComparer.Ordinal)];
        if (classes.All(text => Number(text) is not null))
        {
            classes = [.. classes.OrderBy(Number)]; // stable: 1 and 1.0 stay in ordinal order
        }

        int[] newPositions = new int[classes.Length];
        for (int position = 0; position < classes.Length; position++)
        {
            newPositions[positions[classes[position]]] = position;
        }

        Classes = classes;
        Codes = [.. codes.Select(code => code < 0 ? -1 : newPositions[code])];
    }

    /// <summary>The number of rows of each class.</summary>
    private int[] Counts()
    {
        int[] counts = new int[Classes.Count];
        foreach (int code in Codes.Where(code => code >= 0))
        {
            counts[code]++;
        }

        return counts;
    }

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : null;

    private InvalidDataException Constant(string table, string? value) => new(value is null
        ? $"'{table}': the label '{Name}' is missing in all rows."
        : $"'{table}': the label '{Name}' is '{value}' in all rows: there is nothing to learn.");
}
