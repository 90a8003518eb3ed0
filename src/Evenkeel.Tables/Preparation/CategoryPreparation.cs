using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Text.Json;
using Evenkeel.Formats;
using Evenkeel.Scaling;
using static System.FormattableString;

namespace Evenkeel.Tables.Preparation;

/// <summary>A column of categories: each distinct text that is frequent enough is one, and all others are one more together.</summary>
/// <remarks>
/// <para>
/// Categories are in ordinal order of their texts, or as given. A missing cell is a category of its own if there were missing cells when
/// the preparation was fitted. Rare texts, and those that were not seen in the fit, are the category <see cref="OtherName"/>; it exists
/// if there were rare texts. Without it, a text that was not seen is no category: all features of a one-hot encoding are 0.
/// </para>
/// <para>
/// An ordinal encoding is standardized by the mean and standard deviation of the positions in the fit, so that a network gets inputs of
/// the size of its others; a text that was not seen gets the mean, 0.
/// </para>
/// </remarks>
public sealed class CategoryPreparation : ColumnPreparation
{
    /// <summary>The name of the kind in files.</summary>
    internal const string KindInFiles = "category";

    /// <summary>The name of the category of missing cells.</summary>
    public const string MissingName = "(missing)";

    /// <summary>The name of the category of rare texts.</summary>
    public const string OtherName = "(other)";

    /// <summary>The number of distinct texts that are counted at most; a column with more is refused.</summary>
    public const int MaximumDistinct = 100_000;

    private readonly IReadOnlyList<string>? _given;
    private readonly Dictionary<string, long> _counts = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _positions = new(StringComparer.Ordinal);
    private long _missing;
    private string[]? _categories;
    private int _other = -1;
    private int _missingPosition = -1;
    private (double Mean, double Deviation) _ordinal;

    /// <summary>Creates a preparation that is not fitted.</summary>
    /// <param name="name">The name of the column.</param>
    /// <param name="categories">The categories in their order, all different; null, the default, for those of the table.</param>
    /// <exception cref="ArgumentException">The name is empty, or the categories are empty or not all different.</exception>
    public CategoryPreparation(string name, IReadOnlyList<string>? categories = null)
        : base(name)
    {
        if (categories is not null && (categories.Count == 0 || categories.Distinct(StringComparer.Ordinal).Count() != categories.Count))
        {
            throw new ArgumentException("The categories must be all different, and at least one.", nameof(categories));
        }

        _given = categories is null ? null : [.. categories];
    }

    /// <summary>How categories become numbers. Default: one-hot.</summary>
    public CategoryEncoding Encoding { get; init; }

    /// <summary>The number of rows that a text must have to be a category of its own, at least 1. Default 1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int MinimumCount
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 1;

    /// <summary>The number of texts that become categories at most, the most frequent ones, at least 1. Default 100.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int MaximumCategories
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
        }
    } = 100;

    /// <summary>
    /// Whether a text that did not occur in the fit is an error; with given categories, each text that is none of them. Default false.
    /// </summary>
    public bool RefuseUnseen { get; init; }

    /// <summary>The categories, with <see cref="OtherName"/> and <see cref="MissingName"/> last where they exist.</summary>
    /// <exception cref="InvalidOperationException">The preparation is not fitted.</exception>
    public IReadOnlyList<string> Categories
    {
        get
        {
            CheckFitted();
            return _categories!;
        }
    }

    /// <summary>The position of missing cells in <see cref="Categories"/>; −1 without such a category.</summary>
    public int MissingPosition => _missingPosition;

    /// <summary>The position of rare and unseen texts in <see cref="Categories"/>; −1 without such a category.</summary>
    public int OtherPosition => _other;

    /// <summary>The number of rows of each text in the fit.</summary>
    public IReadOnlyDictionary<string, long> Counts => _counts;

    /// <summary>The mean and standard deviation of the positions, by which an ordinal encoding is standardized.</summary>
    internal (double Mean, double Deviation) Ordinal => _ordinal;

    /// <inheritdoc/>
    public override bool IsFitted => _categories is not null;

    /// <inheritdoc/>
    public override IReadOnlyList<string> FeatureNames
    {
        get
        {
            CheckFitted();
            return Encoding == CategoryEncoding.OneHot ? [.. _categories!.Select(category => $"{Name}={category}")] : [Name];
        }
    }

    internal override string Kind => KindInFiles;

    internal override int Passes => 1;

    internal override ColumnPreparation Unfitted() => new CategoryPreparation(Name, _given)
    {
        Encoding = Encoding,
        MinimumCount = MinimumCount,
        MaximumCategories = MaximumCategories,
        RefuseUnseen = RefuseUnseen,
    };

    internal override void Reset()
    {
        _counts.Clear();
        _positions.Clear();
        (_missing, _categories, _other, _missingPosition) = (0, null, -1, -1);
    }

    internal override void Observe(in ColumnCells cells)
    {
        ReadOnlySpan<CellKind> kinds = cells.Kinds;
        char[] buffer = [];
        Dictionary<string, long>.AlternateLookup<ReadOnlySpan<char>> counts = _counts.GetAlternateLookup<ReadOnlySpan<char>>();
        for (int row = 0; row < kinds.Length; row++)
        {
            if (!cells.Counts(row))
            {
                continue;
            }

            if (kinds[row] == CellKind.Missing)
            {
                _missing++;
                continue;
            }

            ReadOnlySpan<char> text = Text(CheckedText(cells, row), ref buffer);
            ref long count = ref CollectionsMarshal.GetValueRefOrAddDefault(counts, text, out bool exists);
            count++;
            if (!exists && _counts.Count > MaximumDistinct)
            {
                throw TooMany();
            }
        }
    }

    internal override void EndPass(int pass)
    {
        string[] frequent = _given is not null
            ? [.. _given]
            :
            [
                .. _counts.Where(count => count.Value >= MinimumCount)
                    .OrderByDescending(count => count.Value)
                    .ThenBy(count => count.Key, StringComparer.Ordinal)
                    .Take(MaximumCategories)
                    .Select(count => count.Key)
                    .Order(StringComparer.Ordinal),
            ];
        SetCategories(frequent);
    }

    internal override void Transform(in ColumnCells cells, Span<float> features, int width)
    {
        ReadOnlySpan<CellKind> kinds = cells.Kinds;
        char[] buffer = [];
        int count = _categories!.Length;
        Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> positions = _positions.GetAlternateLookup<ReadOnlySpan<char>>();
        for (int row = 0; row < kinds.Length; row++)
        {
            int position = kinds[row] == CellKind.Missing ? _missingPosition
                : positions.TryGetValue(Text(CheckedText(cells, row), ref buffer), out int found) ? found
                : RefuseUnseen && cells.Counts(row) && (_given is not null || !Occurred(cells.Utf8Text(row)))
                    ? throw cells.Error(row, Name, _given is null ? "did not occur in the fit" : "is none of the given categories")
                : _other;
            Span<float> target = features[(row * width)..];
            switch (Encoding)
            {
                case CategoryEncoding.OneHot:
                    target[..count].Clear();
                    if (position >= 0)
                    {
                        target[position] = 1;
                    }

                    break;
                default:
                    target[0] = Feature(position);
                    break;
            }
        }
    }

    /// <summary>The one feature of an encoding other than one-hot.</summary>
    /// <param name="position">The position of the category; below 0 for what is none.</param>
    internal float Feature(int position) => Encoding == CategoryEncoding.Ordinal
        ? position < 0 ? 0 : (float)((position - _ordinal.Mean) / _ordinal.Deviation)
        : position < 0 ? _categories!.Length : position; // behind the last category is one for what was not seen

    internal override bool IsLike(ColumnPreparation other) =>
        other is CategoryPreparation categories
        && categories.Encoding == Encoding
        && categories.MinimumCount == MinimumCount
        && categories.MaximumCategories == MaximumCategories
        && categories.RefuseUnseen == RefuseUnseen
        && (categories._given ?? []).SequenceEqual(_given ?? [], StringComparer.Ordinal);

    internal override Action Merged(ColumnPreparation other)
    {
        var categories = (CategoryPreparation)other;
        if (_counts.Count + categories._counts.Keys.Count(text => !_counts.ContainsKey(text)) > MaximumDistinct)
        {
            throw TooMany();
        }

        return () =>
        {
            foreach ((string text, long count) in categories._counts)
            {
                CollectionsMarshal.GetValueRefOrAddDefault(_counts, text, out _) += count;
            }

            _missing += categories._missing;
            EndPass(0);
        };
    }

    internal override void InverseTransform(ReadOnlySpan<float> features, int width, int rows, TableColumns table)
    {
        string?[] texts = new string?[rows];
        for (int row = 0; row < rows; row++)
        {
            ReadOnlySpan<float> cell = features[(row * width)..];
            int position = Encoding switch
            {
                CategoryEncoding.OneHot => cell[..Categories.Count].IndexOf(1),
                CategoryEncoding.Ordinal => (int)Math.Round(cell[0] * _ordinal.Deviation + _ordinal.Mean),
                _ => (int)cell[0],
            };
            texts[row] = position < 0 || position >= Categories.Count || position == _missingPosition ? null : Categories[position];
        }

        table.Add(Name, texts);
    }

    internal override void Write(Utf8JsonWriter json)
    {
        json.WriteString("name", Name);
        json.WriteString("kind", KindInFiles);
        json.WriteString("encoding", JsonNames.Of(Encoding));
        json.WriteBoolean("given", _given is not null);
        json.WriteNumber("minimum_count", MinimumCount);
        json.WriteNumber("maximum_categories", MaximumCategories);
        json.WriteBoolean("refuse_unseen", RefuseUnseen);
        json.WriteStartArray("categories");
        foreach (string category in _categories!.Take(_positions.Count))
        {
            json.WriteStringValue(category);
        }

        json.WriteEndArray();
        json.WriteNumber("missing", _missing);
        json.WriteStartArray("counts");
        foreach ((string text, long count) in _counts.OrderBy(count => count.Key, StringComparer.Ordinal))
        {
            json.WriteStartObject();
            json.WriteString("text", text);
            json.WriteNumber("rows", count);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Reads what <see cref="Write"/> wrote behind name and kind.</summary>
    internal static CategoryPreparation Read(string name, JsonFields fields)
    {
        CategoryEncoding encoding = fields.Choice<CategoryEncoding>("encoding");
        bool given = fields.Flag("given");
        int minimum = fields.Integer("minimum_count", int.MaxValue), maximum = fields.Integer("maximum_categories", int.MaxValue);
        bool refuse = fields.Flag("refuse_unseen");
        string[] categories = fields.Texts("categories");
        long missing = fields.Long("missing");
        var preparation = new CategoryPreparation(name, given ? categories : null)
        {
            Encoding = encoding,
            MinimumCount = minimum,
            MaximumCategories = maximum,
            RefuseUnseen = refuse,
            _missing = missing,
        };
        foreach (JsonFields count in fields.Objects("counts"))
        {
            string text = count.Text("text");
            if (!preparation._counts.TryAdd(text, count.Long("rows", minimum: 1)))
            {
                throw count.Error("text", $"is \"{text}\" a second time");
            }

            count.End();
        }

        preparation.EndPass(0);
        if (!preparation._categories!.Take(preparation._positions.Count).SequenceEqual(categories, StringComparer.Ordinal))
        {
            throw fields.Error("categories", "does not follow from the counts");
        }

        return preparation;
    }

    /// <summary>Whether a text occurred in the fit.</summary>
    internal bool Occurred(ReadOnlySpan<byte> text)
    {
        const int Short = 256;
        int most = System.Text.Encoding.UTF8.GetMaxCharCount(text.Length);
        Span<char> characters = most <= Short ? stackalloc char[Short] : new char[most];
        return _counts.GetAlternateLookup<ReadOnlySpan<char>>()
            .ContainsKey(characters[..System.Text.Encoding.UTF8.GetChars(text, characters)]);
    }

    private ColumnFitException TooMany() => new(Name, Invariant($"has more than {MaximumDistinct:N0} different texts"));

    /// <summary>The text of a cell; that of one that does not count is not looked at.</summary>
    private ReadOnlySpan<byte> CheckedText(in ColumnCells cells, int row) => cells.Counts(row) ? cells.ValidText(row, Name) : default;

    /// <summary>The text of a cell, in a buffer that is used again.</summary>
    private static ReadOnlySpan<char> Text(ReadOnlySpan<byte> text, ref char[] buffer)
    {
        if (buffer.Length < text.Length)
        {
            buffer = new char[Math.Max(64, 2 * text.Length)];
        }

        return buffer.AsSpan(0, System.Text.Encoding.UTF8.GetChars(text, buffer));
    }

    private void SetCategories(string[] frequent)
    {
        _positions.Clear();
        for (int position = 0; position < frequent.Length; position++)
        {
            _positions.Add(frequent[position], position);
        }

        bool hasOthers = _counts.Keys.Any(text => !_positions.ContainsKey(text));
        _other = hasOthers ? frequent.Length : -1;
        _missingPosition = _missing > 0 ? frequent.Length + (hasOthers ? 1 : 0) : -1;
        string[] others = hasOthers ? [OtherName] : [], missing = _missing > 0 ? [MissingName] : [];
        _categories = [.. frequent, .. others, .. missing];
        if (_categories.Length == 0)
        {
            _categories = null;
            throw new ColumnFitException(Name, "has no cells to fit to");
        }

        Standardize();
    }

    /// <summary>Computes the mean and standard deviation of the positions, in the order of the categories.</summary>
    private void Standardize()
    {
        double[] positions = [.. Enumerable.Range(0, _categories!.Length)], weights = new double[positions.Length];
        foreach ((string text, long count) in _counts)
        {
            weights[_positions.GetValueOrDefault(text, _other)] += count;
        }

        if (_missingPosition >= 0)
        {
            weights[_missingPosition] = _missing;
        }

        if (weights.Sum() == 0)
        {
            _ordinal = (0, 1);
            return;
        }

        var scaler = new StandardScaler();
        scaler.Fit(new ReadOnlyTensorSpan<double>(positions, [positions.Length, 1]), weights);
        (double center, double scale, _) = scaler.AffineMap(0)!.Value;
        _ordinal = (center, scale);
    }
}
