using Evenkeel.Numerics;
using Evenkeel.Scaling;

namespace Evenkeel.Tables.Profiles;

/// <summary>
/// What a column of a table holds: counts, statistics of its numbers, its distinct values, and the kind that follows from these.
/// </summary>
public sealed class ColumnProfile
{
    private const int FewestTexts = 20;
    private const int FewestRows = 3;

    private static readonly string[] IdWords = ["id", "uuid", "guid"];

    private double _first;
    private double _last;
    private bool _isRising = true;
    private bool _risesByOne = true;

    internal ColumnProfile(string name, int maxDistinct, QuantileSketch? quantiles)
    {
        Name = name;
        Distinct = new DistinctValues(maxDistinct);
        Quantiles = quantiles ?? new QuantileSketch(QuantileSketch.MinimumCapacity);
    }

    /// <summary>The name of the column.</summary>
    public string Name { get; }

    /// <summary>What the column holds, as <see cref="ColumnKind"/> describes.</summary>
    /// <remarks>
    /// The first of these applies: empty; constant; if every present cell is a number, an id or numbers; if every one is a date, dates; an
    /// id, texts or categories otherwise.
    /// An id of numbers needs at least three rows and no missing cell. Where there are more distinct values than are counted, those of a
    /// column whose name ends in the word id, uuid or guid are taken for different, and other texts for <see cref="ColumnKind.Text"/>.
    /// </remarks>
    public ColumnKind Kind => Present == 0 ? ColumnKind.Empty
        : DistinctCount == 1 ? ColumnKind.Constant
        : Texts == 0 ? RisesByOne && Numbers >= FewestRows || IsNamedId && AreDifferent ? ColumnKind.Id : ColumnKind.Number
        : Texts == Present && Distinct.AreDates ? ColumnKind.Date
        : IsNamedId && AreDifferent || Texts == DistinctCount && Texts == Present && !Distinct.HaveBlanks ? ColumnKind.Id
        : DistinctCount is not { } distinct || distinct > FewestTexts && 2L * distinct > Cells ? ColumnKind.Text
        : ColumnKind.Category;

    /// <summary>Whether more than half of the cells are missing.</summary>
    public bool IsMostlyMissing => 2 * Missing > Cells;

    /// <summary>The number of cells.</summary>
    public long Cells => Present + Missing;

    /// <summary>The number of cells that are finite numbers.</summary>
    public long Numbers { get; private set; }

    /// <summary>The number of missing cells.</summary>
    public long Missing { get; private set; }

    /// <summary>The number of cells that are neither numbers nor missing.</summary>
    public long Texts { get; private set; }

    /// <summary>The number of cells that are infinite, or beyond double precision.</summary>
    public long Infinite { get; private set; }

    /// <summary>The count, mean and sum of squared deviations of the numbers.</summary>
    public Moments Moments { get; private set; } = Moments.Empty;

    /// <summary>The smallest and the largest number.</summary>
    public Extrema Extrema { get; private set; } = Extrema.Empty;

    /// <summary>The quantiles of the numbers.</summary>
    public QuantileSketch Quantiles { get; }

    /// <summary>Whether there are at least two numbers, and each is greater than the one before it in the table.</summary>
    public bool IsRising => Numbers > 1 && _isRising;

    /// <summary>The number of distinct values, missing ones aside; null if there are more than <see cref="MaxDistinct"/>.</summary>
    public int? DistinctCount => Distinct.IsExceeded ? null : Distinct.Count;

    /// <summary>The most distinct values that are counted: 100,000, and fewer in a table of more than 20 columns.</summary>
    public int MaxDistinct => Distinct.Limit;

    /// <summary>
    /// The distinct values with their counts: numbers from the least on, then texts in ordinal order. Empty if there are more than
    /// <see cref="MaxDistinct"/>.
    /// </summary>
    public IReadOnlyList<ValueCount> Values => Distinct.Sorted;

    /// <summary>Where the first cell is whose text is not UTF-8, such as <c>line 17</c>; null if there is none.</summary>
    internal string? InvalidText { get; private set; }

    /// <summary>The histogram of the numbers.</summary>
    internal DyadicHistogram Histogram { get; } = new();

    /// <summary>The distinct values.</summary>
    internal DistinctValues Distinct { get; }

    private long Present => Numbers + Texts + Infinite;

    /// <summary>Whether all cells are whole numbers, each greater by one than the one before it.</summary>
    private bool RisesByOne => Numbers == Cells && _risesByOne;

    /// <summary>Whether no value occurs twice, or there are too many to tell.</summary>
    private bool AreDifferent => DistinctCount is null || DistinctCount == Present;

    /// <summary>
    /// Whether the name ends in one of the words id, uuid and guid: <c>id</c>, <c>user_id</c>, <c>userId</c>, but not <c>paid</c>.
    /// </summary>
    private bool IsNamedId => IdWords.Any(word =>
        Name.EndsWith(word, StringComparison.OrdinalIgnoreCase)
        && (Name.Length == word.Length
            || !char.IsLetterOrDigit(Name[^(word.Length + 1)])
            || (char.IsLower(Name[^(word.Length + 1)]) && char.IsUpper(Name[^word.Length]))));

    /// <summary>Adds a number.</summary>
    internal void Add(double number)
    {
        AddPosition(number, number);
        Numbers++;
        Moments = Moments.Merge(Moments, Moments.Of(number));
        Extrema = Extrema.Merge(Extrema, new Extrema(number, number));
        Histogram.Add(number);
    }

    /// <summary>Adds a cell that is not a number.</summary>
    internal void Add(CellKind kind)
    {
        switch (kind)
        {
            case CellKind.Missing:
                Missing++;
                break;
            case CellKind.Infinity:
                Infinite++;
                break;
            default:
                Texts++;
                break;
        }
    }

    /// <summary>Notes where a cell is whose text is not UTF-8.</summary>
    internal void AddInvalidText(string location) => InvalidText ??= location;

    /// <summary>Adds the cells of later rows, but not their quantiles.</summary>
    internal void Merge(ColumnProfile later)
    {
        if (later.Numbers > 0)
        {
            AddPosition(later._first, later._last);
            _isRising &= later._isRising;
            _risesByOne &= later._risesByOne;
        }

        Numbers += later.Numbers;
        Missing += later.Missing;
        Texts += later.Texts;
        Infinite += later.Infinite;
        InvalidText ??= later.InvalidText;
        Moments = Moments.Merge(Moments, later.Moments);
        Extrema = Extrema.Merge(Extrema, later.Extrema);
        Histogram.Merge(later.Histogram);
        Distinct.Merge(later.Distinct);
    }

    private void AddPosition(double first, double last)
    {
        if (Numbers == 0)
        {
            _first = first;
            _risesByOne &= first == Math.Floor(first);
        }
        else
        {
            _isRising &= first > _last;
            _risesByOne &= first == _last + 1 && first != _last; // beyond 2⁵³, adding one may change nothing
        }

        _last = last;
    }
}
