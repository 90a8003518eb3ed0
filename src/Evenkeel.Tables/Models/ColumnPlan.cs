using Evenkeel.Tables.Preparation;
using Evenkeel.Tables.Profiles;
using static System.FormattableString;

namespace Evenkeel.Tables;

/// <summary>Which columns a model is trained on, how each is prepared, and why others are left out.</summary>
/// <param name="Preparations">The preparations, unfitted, in the order of the table.</param>
/// <param name="LeftOut">The columns left out, and the reason of each.</param>
internal sealed record ColumnPlan(IReadOnlyList<ColumnPreparation> Preparations, IReadOnlyList<LeftOutColumn> LeftOut)
{
    private const int MostCategoriesThatAreNumbers = 20;
    private const int MostOneHot = 100;
    private const int MostEmbedded = 10_000;

    /// <summary>Plans by the profile of a table.</summary>
    /// <exception cref="InvalidDataException">A column that the settings name does not exist, or no column is left.</exception>
    public static ColumnPlan Of(string table, TableProfile profile, TableTrainingOptions options)
    {
        CheckNames(table, profile, options);
        if (options.Task is null)
        {
            // As classes, they would hide what is wrong.
            RefuseNearlyNumeric(
                table, profile.Columns.First(column => column.Name == options.Label), options.Hints.NearlyNumericLabel);
        }

        Dictionary<string, ColumnPreparation> given = options.Preparations.ToDictionary(column => column.Name, StringComparer.Ordinal);
        var names = new HashSet<string>(StringComparer.Ordinal);
        var preparations = new List<ColumnPreparation>();
        var leftOut = new List<LeftOutColumn>();
        foreach ((int index, ColumnProfile column) in profile.Columns.Index().Where(pair => pair.Item.Name != options.Label))
        {
            bool isNamed = options.Columns.Contains(column.Name, StringComparer.Ordinal);
            if (options.Except.Contains(column.Name, StringComparer.Ordinal) || options.Columns.Count > 0 && !isNamed)
            {
                continue;
            }

            if (column.InvalidText is { } location)
            {
                // Different texts would be one.
                throw TableChunk.NotUtf8(table, location, column.Name);
            }

            if (column.Name.Contains('\ufffd'))
            {
                throw new InvalidDataException(Invariant($"'{table}': the name of column {index + 1}, '{column.Name}', is not UTF-8; ")
                    + "convert the file, for example: iconv -f latin1 -t utf8.");
            }

            bool isCategories = options.Categories.Contains(column.Name, StringComparer.Ordinal);
            if (column.Name.Length == 0 && (isNamed || isCategories || column.Kind is ColumnKind.Number or ColumnKind.Category))
            {
                throw new InvalidDataException(Invariant($"'{table}': column {index + 1} has no name; {options.Hints.NoName}."));
            }

            if (!names.Add(column.Name))
            {
                throw new InvalidDataException($"'{table}' has more than one column with the name '{column.Name}'.");
            }

            if (given.TryGetValue(column.Name, out ColumnPreparation? preparation))
            {
                preparations.Add(preparation);
                continue;
            }

            if (isCategories)
            {
                preparations.Add(Categories(column, options));
                continue;
            }

            RefuseNearlyNumeric(table, column, options.Hints.NearlyNumeric);
            switch (column.Kind)
            {
                case ColumnKind.Number:
                case ColumnKind.Id when isNamed && column.Texts == 0:
                    preparations.Add(new NumberPreparation(column.Name, options.Scaler) { Imputation = options.Imputation });
                    break;
                case ColumnKind.Category:
                case ColumnKind.Text or ColumnKind.Id or ColumnKind.Date when isNamed:
                    preparations.Add(Categories(column, options));
                    break;
                default:
                    leftOut.Add(new LeftOutColumn(column.Name, column.Kind));
                    break;
            }
        }

        return preparations.Count > 0
            ? new ColumnPlan(preparations, leftOut)
            : throw new InvalidDataException(
                $"'{table}' has no column to predict '{options.Label}' from"
                + (leftOut.Count == 0 ? "." : $"; left out: {string.Join(", ", leftOut.Select(column => column.Description))}"
                        + (leftOut.Any(column => column.CanBeUsed) ? $"; {options.Hints.LeftOut}." : ".")));
    }

    /// <summary>
    /// The preparation of a column of categories. A feature for each is exact and quick for a few; for many, it would take much memory, and
    /// a vector that is learned takes their place.
    /// </summary>
    private static CategoryPreparation Categories(ColumnProfile column, TableTrainingOptions options)
    {
        CategoryEncoding encoding = options.Encoding
            ?? (column.DistinctCount is <= MostOneHot ? CategoryEncoding.OneHot : CategoryEncoding.Embedding);
        return new CategoryPreparation(column.Name)
        {
            Encoding = encoding,
            MaximumCategories = encoding == CategoryEncoding.OneHot ? MostOneHot : MostEmbedded,
        };
    }

    /// <summary>Refuses a column of numbers with a few other cells: as categories it would be useless, and nobody would notice.</summary>
    private static void RefuseNearlyNumeric(string table, ColumnProfile column, string advice)
    {
        if (column.Texts > 0 && column.Numbers >= 19 * column.Texts && column.DistinctCount is null or > MostCategoriesThatAreNumbers)
        {
            string? example = column.Values.Where(value => double.IsNaN(value.Number)).Select(value => value.Text).FirstOrDefault();
            throw new InvalidDataException(
                Invariant($"'{table}', column '{column.Name}': {column.Texts:N0} of {column.Cells:N0} cells are not numbers")
                + (example is null ? "" : $", such as '{example}'")
                + $"; {advice}.");
        }
    }

    private static void CheckNames(string table, TableProfile profile, TableTrainingOptions options)
    {
        string[] names =
        [
            .. options.Columns,
            .. options.Except,
            .. options.Categories,
            .. options.Preparations.Select(column => column.Name),
            options.Label,
        ];
        string[] unknown = [.. names.Where(name => !profile.Columns.Any(column => column.Name == name)).Distinct(StringComparer.Ordinal)];
        if (unknown.Length > 0)
        {
            throw new InvalidDataException(
                $"'{table}' has no {(unknown.Length == 1 ? "column" : "columns")} {ColumnNames.List(unknown)}; "
                + $"it has {ColumnNames.List([.. profile.Columns.Select(column => column.Name)])}"
                + (ColumnNames.Delimiter([.. profile.Columns.Select(column => column.Name)]) is { } delimiter
                    ? $"; {options.Hints.Delimiter} sets the character between cells, such as {delimiter}."
                    : "."));
        }

        if (options.Label.Length == 0)
        {
            int index = profile.Columns.TakeWhile(column => column.Name.Length > 0).Count();
            throw new InvalidDataException(Invariant($"'{table}': column {index + 1}, the label, has no name; give it one in the header."));
        }

        string[] used = [.. options.Columns, .. options.Categories, .. options.Preparations.Select(column => column.Name)];
        if (used.Contains(options.Label, StringComparer.Ordinal))
        {
            throw new InvalidDataException($"The label '{options.Label}' cannot be a column to predict from.");
        }

        if (options.Preparations.CountBy(column => column.Name).FirstOrDefault(count => count.Value > 1).Key is { } twice)
        {
            throw new InvalidDataException($"There are two preparations for the column '{twice}'.");
        }

        if (used.FirstOrDefault(name => options.Except.Contains(name, StringComparer.Ordinal)) is { } leftOut)
        {
            throw new InvalidDataException($"The column '{leftOut}' is to be left out, and to be predicted from as well.");
        }

        if (options.Columns.Count > 0 && used.Except(options.Columns).FirstOrDefault() is { } missing)
        {
            throw new InvalidDataException($"The column '{missing}' has a preparation, but is not among the columns to predict from.");
        }
    }
}
