using System.Text;

namespace Evenkeel.Tables.Typed;

/// <summary>Cells of a type.</summary>
/// <typeparam name="T">The type.</typeparam>
/// <typeparam name="TFormat">How its values are numbers or texts.</typeparam>
/// <param name="format">The format.</param>
/// <param name="missing">The texts that mean a missing value, in UTF-8.</param>
internal sealed class CellsOf<T, TFormat>(TFormat format, IReadOnlyList<byte[]> missing) : TypedCells
    where TFormat : struct, ICellFormat<T>
{
    private T[] _values = [];
    private bool[] _isPresent = [];
    private CellKind[] _kinds = [];
    private double[] _numbers = [];
    private (int Start, int Length)[] _texts = [];
    private byte[] _text = [];
    private int _textLength;
    private int _rows;

    /// <inheritdoc/>
    public override ReadOnlySpan<CellKind> Kinds => _kinds.AsSpan(0, _rows);

    /// <inheritdoc/>
    public override ReadOnlySpan<double> Numbers => _numbers.AsSpan(0, _rows);

    /// <summary>Makes room for the values of rows.</summary>
    /// <param name="rows">The number of rows.</param>
    /// <param name="values">Takes the values, one for each row.</param>
    /// <param name="isPresent">Takes whether each row has a value.</param>
    public void Reserve(int rows, out Span<T> values, out Span<bool> isPresent)
    {
        if (rows > _values.Length)
        {
            (_values, _isPresent, _kinds, _numbers) = (new T[rows], new bool[rows], new CellKind[rows], new double[rows]);
        }

        _rows = rows;
        values = _values.AsSpan(0, rows);
        isPresent = _isPresent.AsSpan(0, rows);
    }

    /// <inheritdoc/>
    public override ReadOnlySpan<byte> Utf8Text(int row)
    {
        if (_kinds[row] == CellKind.Text)
        {
            (int start, int length) = _texts[row];
            return _text.AsSpan(start, length);
        }

        return _isPresent[row] ? Encoding.UTF8.GetBytes(format.Text(_values[row])).AsSpan().Trim(" \t"u8) : default;
    }

    /// <inheritdoc/>
    public override void Parse()
    {
        _textLength = 0;
        for (int row = 0; row < _rows; row++)
        {
            _numbers[row] = double.NaN;
            _kinds[row] = _isPresent[row] ? format.Read(_values[row], out _numbers[row]) : CellKind.Missing;
            if (_kinds[row] == CellKind.Text)
            {
                ReadText(row);
            }
            else if (missing.Count > 0 && IsMissing(Utf8Text(row)))
            {
                (_kinds[row], _numbers[row]) = (CellKind.Missing, double.NaN);
            }
        }
    }

    private void ReadText(int row)
    {
        if (_texts.Length < _rows)
        {
            _texts = new (int, int)[_values.Length];
        }

        string text = format.Text(_values[row]);
        int most = checked(_textLength + Encoding.UTF8.GetMaxByteCount(text.Length));
        if (most > _text.Length)
        {
            Array.Resize(ref _text, Math.Max(most, 2 * _text.Length));
        }

        int length = Encoding.UTF8.GetBytes(text, _text.AsSpan(_textLength));
        Span<byte> bytes = _text.AsSpan(_textLength, length), trimmed = bytes.Trim(" \t"u8);
        if (trimmed.IsEmpty || IsMissing(trimmed))
        {
            _kinds[row] = CellKind.Missing;
            return;
        }

        _ = bytes.Overlaps(trimmed, out int offset);
        _texts[row] = (_textLength + offset, trimmed.Length);
        _textLength += length;
    }

    private bool IsMissing(ReadOnlySpan<byte> text)
    {
        foreach (byte[] one in missing)
        {
            if (text.SequenceEqual(one))
            {
                return true;
            }
        }

        return false;
    }
}
