using System.Numerics.Tensors;
using Evenkeel.Cli.Shell;
using Evenkeel.Cli.Tables;
using Evenkeel.Scaling;
using Evenkeel.Tables;
using Evenkeel.Tables.Texts;
using static System.FormattableString;

namespace Evenkeel.Cli.Commands.Samples;

/// <summary>The rows of a table, scaled by the model's scaler.</summary>
internal sealed class CsvSamples : SampleSource
{
    private readonly TableReader _input;
    private readonly ColumnSelection _columns;
    private readonly NumberTableReader _reader;
    private readonly NumberTable _table;
    private readonly TableChunk _chunk;
    private readonly Scaler _scaler;
    private int _row;

    /// <summary>Takes an open file, and owns it.</summary>
    /// <param name="input">The file.</param>
    /// <param name="scaler">The scaler, with the names of the columns.</param>
    /// <param name="model">The path of the model, for messages.</param>
    /// <param name="form">The shape of the samples.</param>
    /// <exception cref="InvalidDataException">The file does not have the columns.</exception>
    public CsvSamples(TableReader input, ScalerFile scaler, string model, SampleForm form)
    {
        _input = input;
        _scaler = scaler.Scaler;
        try
        {
            if (_scaler.Columns != form.Count)
            {
                throw new InvalidDataException(
                    Invariant($"'{model}' has a scaler of {_scaler.Columns} columns, and takes samples of {form.Count} values."));
            }

            if (scaler.ColumnNames is null && input.Columns.Count != _scaler.Columns)
            {
                throw new InvalidDataException(Invariant(
                    $"'{model}' takes {_scaler.Columns} columns without names, but '{input.Name}' has {input.Columns.Count}."));
            }

            _columns = ColumnSelection.Find(input, scaler.ColumnNames ?? input.Columns, scaler: model);
        }
        catch
        {
            input.Dispose();
            throw;
        }

        _reader = new NumberTableReader(input, _columns, CellPolicy.Stop, ErrorHints.None);
        _table = new NumberTable(_columns.Fields.Count);
        _chunk = input.CreateChunk(_columns.Read);
    }

    /// <inheritdoc/>
    public override int Read(Span<float> samples, int count)
    {
        if (_row == _table.Rows && !Fill())
        {
            return 0;
        }

        int columns = _table.Columns;
        count = Math.Min(count, _table.Rows - _row);
        ReadOnlySpan<double> values = _table.Values.Slice(_row * columns, count * columns);
        for (int i = 0; i < values.Length; i++)
        {
            samples[i] = (float)values[i];
            if (!float.IsFinite(samples[i]))
            {
                throw Error(_row + i / columns, i % columns, "the number is beyond the range of the network once it is scaled");
            }
        }

        _row += count;
        return count;
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _input.Dispose();
        base.Dispose(disposing);
    }

    /// <summary>Reads and scales the next rows.</summary>
    private bool Fill()
    {
        _row = 0;
        if (!_input.Fill(_chunk))
        {
            _table.Clear();
            return false;
        }

        _chunk.Parse();
        _reader.Read(_chunk, _table);
        Span<double> values = _table.Values;
        int missing = values.IndexOf(double.NaN);
        if (missing >= 0)
        {
            throw Error(missing / _table.Columns, missing % _table.Columns, "a value is missing");
        }

        var table = new TensorSpan<double>(values, [_table.Rows, _table.Columns]);
        try
        {
            _scaler.Transform(table, table);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"'{_input.Name}': {OneLine.Of(e)}", e);
        }

        return true;
    }

    private InvalidDataException Error(int row, int column, string what) => new(Invariant(
        $"'{_input.Name}', {_chunk.Describe(_table.Records[row])}, column {Visible.Of(_columns.Names[column])}: {what}."));
}
