using System.Buffers;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Evenkeel.Tables.Texts;

namespace Evenkeel.Tables.Profiles;

/// <summary>Counts the distinct values of a column, up to a number of them.</summary>
/// <remarks>
/// Beyond that number, all counts are given up. Whether it is exceeded depends on the values alone: not on their order, nor on that of
/// merges.
/// </remarks>
/// <param name="limit">The most values that are counted.</param>
internal sealed class DistinctValues(int limit)
{
    /// <summary>The most characters of a text that are kept.</summary>
    public const int MaxTextLength = 256;

    private const int HashLength = 16;

    private readonly Dictionary<double, long> _numbers = [];
    private readonly Dictionary<string, long> _texts = new(StringComparer.Ordinal);
    private volatile bool _isExceeded;

    /// <summary>The most values that are counted.</summary>
    public int Limit => limit;

    /// <summary>Whether there are more values than are counted. May be read on any thread.</summary>
    public bool IsExceeded => _isExceeded;

    /// <summary>The number of values; meaningless if there are too many.</summary>
    public int Count => _numbers.Count + _texts.Count;

    /// <summary>Whether every text so far was a date.</summary>
    public bool AreDates { get; private set; } = true;

    /// <summary>Whether any text so far had a blank in it.</summary>
    public bool HaveBlanks { get; private set; }

    /// <summary>
    /// The values with their counts: numbers from the least on, then texts in ordinal order; empty if there are too many.
    /// </summary>
    public IReadOnlyList<ValueCount> Sorted => _isExceeded
        ? []
        :
        [
            .. _numbers.OrderBy(pair => pair.Key)
                .Select(pair => new ValueCount(pair.Key.ToString("R", CultureInfo.InvariantCulture), pair.Key, pair.Value)),
            .. _texts.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => new ValueCount(pair.Key, double.NaN, pair.Value)),
        ];

    /// <summary>Counts a number.</summary>
    public void Add(double number)
    {
        if (!_isExceeded)
        {
            Add(_numbers, number + 0.0, 1); // −0 is 0
        }
    }

    /// <summary>Counts a text in UTF-8.</summary>
    public void Add(ReadOnlySpan<byte> text)
    {
        if (_isExceeded && !AreDates && HaveBlanks)
        {
            return;
        }

        char[]? rented = null;
        int most = Encoding.UTF8.GetMaxCharCount(text.Length);
        Span<char> characters = most <= MaxTextLength ? stackalloc char[MaxTextLength] : rented = ArrayPool<char>.Shared.Rent(most);
        characters = characters[..Encoding.UTF8.GetChars(text, characters)];
        var texts = _texts.GetAlternateLookup<ReadOnlySpan<char>>();
        if (_isExceeded || characters.Length > MaxTextLength || !texts.TryGetValue(characters, out long count))
        {
            AreDates = AreDates && DateTexts.IsDate(characters);
            HaveBlanks |= characters.ContainsAny(' ', '\t', '\u00a0');
            if (!_isExceeded)
            {
                Add(_texts, characters.Length > MaxTextLength ? Abbreviated(characters, text) : characters.ToString(), 1);
            }
        }
        else
        {
            texts[characters] = count + 1;
        }

        if (rented is not null)
        {
            ArrayPool<char>.Shared.Return(rented);
        }
    }

    /// <summary>Counts the values of another.</summary>
    public void Merge(DistinctValues other)
    {
        AreDates &= other.AreDates;
        HaveBlanks |= other.HaveBlanks;
        if (other._isExceeded)
        {
            GiveUp();
        }

        foreach ((double number, long count) in other._numbers)
        {
            Add(_numbers, number, count);
        }

        foreach ((string text, long count) in other._texts)
        {
            Add(_texts, text, count);
        }
    }

    private void Add<T>(Dictionary<T, long> counts, T value, long count)
        where T : notnull
    {
        if (!_isExceeded)
        {
            counts[value] = counts.GetValueOrDefault(value) + count;
            if (Count > limit)
            {
                GiveUp();
            }
        }
    }

    private void GiveUp()
    {
        _isExceeded = true;
        _numbers.Clear();
        _texts.Clear();
        _numbers.TrimExcess();
        _texts.TrimExcess();
    }

    private static string Abbreviated(ReadOnlySpan<char> characters, ReadOnlySpan<byte> text) =>
        $"{characters[..MaxTextLength]}…{Convert.ToHexStringLower(SHA256.HashData(text).AsSpan(0, HashLength))}";
}
