using System.Numerics.Tensors;
using System.Text.Json;
using Evenkeel.Formats;
using Evenkeel.Scaling;
using static System.FormattableString;

namespace Evenkeel.Tables.Preparation;

/// <summary>A column of numbers: missing cells are filled, and all are scaled.</summary>
/// <remarks>
/// Both statistics, the value that fills gaps and the scaler's, are those of the numbers that are there; so one pass over the table
/// suffices, and filled cells do not make a column look less spread than it is. (scikit-learn's pipeline fits the scaler to filled cells.)
/// </remarks>
public sealed class NumberPreparation : ColumnPreparation
{
    /// <summary>The name of the kind in files.</summary>
    internal const string KindInFiles = "number";

    /// <summary>
    /// The numbers that a scaler takes in at once: always the same count, so that the last bits of a fit do not depend on the chunks in
    /// which the table is read.
    /// </summary>
    private const int BlockLength = 4096;

    private readonly Func<Scaler> _createScaler;
    private Imputer _imputer;
    private Scaler _scaler;
    private Block? _block;
    private bool _hasMissing;
    private bool _isLaterPass;

    /// <summary>Creates a preparation that is not fitted.</summary>
    /// <param name="name">The name of the column.</param>
    /// <param name="scaler">Creates the scaler; null, the default, for a <see cref="StandardScaler"/>.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public NumberPreparation(string name, Func<Scaler>? scaler = null)
        : base(name)
    {
        _createScaler = scaler ?? (static () => new StandardScaler());
        _scaler = _createScaler();
        _imputer = new Imputer(Imputation);
    }

    private NumberPreparation(string name, Scaler scaler, Imputer imputer)
        : base(name)
    {
        _createScaler = () => throw new InvalidOperationException(
            $"The preparation of column '{name}' was read from a file and cannot be fitted again: create a new one.");
        _scaler = scaler;
        _imputer = imputer;
    }

    /// <summary>What fills missing cells. Default: the median.</summary>
    public Imputation Imputation
    {
        get;
        init
        {
            field = value;
            _imputer = new Imputer(value, Constant);
        }
    } = Imputation.Median;

    /// <summary>The number that fills missing cells with <see cref="Scaling.Imputation.Constant"/>. Default 0.</summary>
    public double Constant
    {
        get;
        init
        {
            field = value;
            _imputer = new Imputer(Imputation, value);
        }
    }

    /// <summary>
    /// Whether a second feature is 1 where the cell is missing and 0 elsewhere; null, the default, if the column has missing cells when it
    /// is fitted.
    /// </summary>
    public bool? Indicator { get; init; }

    /// <summary>The number that fills missing cells, before it is scaled.</summary>
    /// <exception cref="InvalidOperationException">The preparation is not fitted.</exception>
    public double Filling
    {
        get
        {
            CheckFitted();
            return _imputer.Values[0];
        }
    }

    /// <summary>The scaler.</summary>
    /// <exception cref="InvalidOperationException">The preparation is not fitted.</exception>
    public Scaler Scaler
    {
        get
        {
            CheckFitted();
            return _scaler;
        }
    }

    /// <summary>Whether there is a second feature, which is 1 where the cell is missing.</summary>
    public bool HasIndicator => Indicator ?? _hasMissing;

    /// <inheritdoc/>
    public override bool IsFitted => _scaler.Columns > 0 && _imputer.Columns > 0;

    /// <inheritdoc/>
    public override IReadOnlyList<string> FeatureNames
    {
        get
        {
            CheckFitted();
            return HasIndicator ? [Name, Name + "=missing"] : [Name];
        }
    }

    internal override string Kind => KindInFiles;

    internal override int Passes => _scaler is ScalerPipeline pipeline ? pipeline.Passes : 1;

    internal override ColumnPreparation Unfitted() => new NumberPreparation(Name, _createScaler)
    {
        Imputation = Imputation,
        Constant = Constant,
        Indicator = Indicator,
    };

    internal override void Reset()
    {
        _scaler = _createScaler();
        _imputer = new Imputer(Imputation, Constant);
        _block = null;
        _hasMissing = false;
        _isLaterPass = false;
    }

    internal override void Observe(in ColumnCells cells)
    {
        _block ??= new Block();
        ReadOnlySpan<CellKind> kinds = cells.Kinds;
        ReadOnlySpan<double> numbers = cells.Numbers;
        for (int row = 0; row < kinds.Length; row++)
        {
            if (!cells.Counts(row))
            {
                continue;
            }

            switch (kinds[row])
            {
                case CellKind.Number:
                    _block.Add(numbers[row], cells, row);
                    if (_block.Count == BlockLength)
                    {
                        FitBlock();
                    }

                    break;
                case CellKind.Missing:
                    _hasMissing = true;
                    break;
                default:
                    throw NotANumber(cells, row);
            }
        }
    }

    internal override void EndPass(int pass)
    {
        FitBlock();
        _block = null;
        if (_scaler.Columns == 0)
        {
            throw new ColumnFitException(Name, "has no numbers to fit to");
        }

        _isLaterPass = pass + 1 < Passes;
        if (_isLaterPass)
        {
            ((ScalerPipeline)_scaler).NextPass();
        }
    }

    internal override void Transform(in ColumnCells cells, Span<float> features, int width)
    {
        ReadOnlySpan<CellKind> kinds = cells.Kinds;
        int rows = cells.Rows;
        double[] numbers = System.Buffers.ArrayPool<double>.Shared.Rent(rows);
        try
        {
            Span<double> values = numbers.AsSpan(0, rows);
            cells.Numbers.CopyTo(values);
            double filling = _imputer.Values[0];
            for (int row = 0; row < rows; row++)
            {
                if (kinds[row] == CellKind.Missing || !cells.Counts(row))
                {
                    values[row] = filling;
                }
                else if (kinds[row] != CellKind.Number)
                {
                    throw NotANumber(cells, row);
                }
            }

            var column = new TensorSpan<double>(values, [rows, 1]);
            try
            {
                _scaler.Transform(column, column);
            }
            catch (ArgumentException)
            {
                throw Refused(cells);
            }

            bool hasIndicator = HasIndicator;
            for (int row = 0; row < rows; row++)
            {
                float feature = (float)values[row];
                if (!float.IsFinite(feature))
                {
                    throw cells.Error(row, Name, "is beyond the range of the network once it is scaled");
                }

                features[row * width] = feature;
                if (hasIndicator)
                {
                    features[row * width + 1] = kinds[row] == CellKind.Missing ? 1 : 0;
                }
            }
        }
        finally
        {
            System.Buffers.ArrayPool<double>.Shared.Return(numbers);
        }
    }

    internal override bool IsLike(ColumnPreparation other) =>
        other is NumberPreparation numbers
        && numbers.Indicator == Indicator
        && numbers._imputer.IsLike(_imputer)
        && numbers._scaler.IsLike(_scaler);

    internal override Action Merged(ColumnPreparation other)
    {
        var numbers = (NumberPreparation)other;
        Scaler scaler = _scaler.Copy();
        scaler.Merge(numbers._scaler);
        var imputer = (Imputer)_imputer.Copy();
        imputer.Merge(numbers._imputer);
        return () => (_scaler, _imputer, _hasMissing) = (scaler, imputer, _hasMissing || numbers._hasMissing);
    }

    internal override void InverseTransform(ReadOnlySpan<float> features, int width, int rows, TableColumns table)
    {
        double[] numbers = new double[rows];
        for (int row = 0; row < rows; row++)
        {
            numbers[row] = features[row * width];
        }

        var column = new TensorSpan<double>(numbers, [rows, 1]);
        _scaler.InverseTransform(column, column);
        for (int row = 0; row < rows && HasIndicator; row++)
        {
            numbers[row] = features[row * width + 1] > 0.5f ? double.NaN : numbers[row];
        }

        table.Add(Name, numbers);
    }

    internal override void Write(Utf8JsonWriter json)
    {
        json.WriteString("name", Name);
        json.WriteString("kind", KindInFiles);
        if (Indicator is { } indicator)
        {
            json.WriteBoolean("indicator", indicator);
        }
        else
        {
            json.WriteNull("indicator");
        }

        json.WriteBoolean("has_missing", _hasMissing);
        json.WriteStartObject("imputer");
        new ScalerFile(_imputer).WriteContent(json);
        json.WriteEndObject();
        json.WriteStartObject("scaler");
        new ScalerFile(_scaler).WriteContent(json);
        json.WriteEndObject();
    }

    /// <summary>Reads what <see cref="Write"/> wrote behind name and kind.</summary>
    internal static NumberPreparation Read(string name, JsonFields fields)
    {
        bool? indicator = fields.FlagOrNull("indicator");
        bool hasMissing = fields.Flag("has_missing");
        JsonFields imputer = fields.Object("imputer"), scaler = fields.Object("scaler");
        return ReadOne(imputer) is Imputer filling
            ? new NumberPreparation(name, ReadOne(scaler), filling)
            {
                Imputation = filling.Strategy,
                Constant = filling.Constant,
                Indicator = indicator,
                _hasMissing = hasMissing,
                _imputer = filling,
            }
            : throw fields.Error("imputer", "is not an imputer");

        static Scaler ReadOne(JsonFields content)
        {
            ScalerFile file = ScalerFile.ReadContent(content);
            return file.Scaler.Columns == 1
                ? file.Scaler
                : throw content.Error("columns", Invariant($"has {file.Scaler.Columns} columns; expected 1"));
        }
    }

    /// <summary>Fits to the numbers gathered, and forgets them.</summary>
    private void FitBlock()
    {
        if (_block is not { Count: > 0 } block)
        {
            return;
        }

        var column = new ReadOnlyTensorSpan<double>(block.Numbers, [block.Count, 1]);
        try
        {
            _scaler.PartialFit(column);
            if (!_isLaterPass)
            {
                _imputer.PartialFit(column);
            }
        }
        catch (ColumnException e)
        {
            throw new ColumnFitException(Name, $"has values that {e.Reason}", e) { IsOfScaler = true };
        }
        catch (ArgumentException)
        {
            throw Refused(block);
        }

        block.Clear();
    }

    private TableCellException NotANumber(in ColumnCells cells, int row) =>
        cells.Error(row, Name, cells.Kinds[row] == CellKind.Infinity ? "is not a finite number" : "is not a number");

    /// <summary>An exception that names the first cell that the scaler cannot be fitted to.</summary>
    private Exception Refused(Block block)
    {
        for (int i = 0; i < block.Count; i++)
        {
            try
            {
                _createScaler().PartialFit(new ReadOnlyTensorSpan<double>(block.Numbers.Slice(i, 1), [1, 1]));
            }
            catch (ArgumentException)
            {
                return block.Error(i, Name, "cannot be scaled");
            }
        }

        return new ColumnFitException(Name, "has numbers that cannot be scaled") { IsOfScaler = true };
    }

    /// <summary>An exception that names the first cell that the fitted scaler refuses.</summary>
    private Exception Refused(in ColumnCells cells)
    {
        ReadOnlySpan<CellKind> kinds = cells.Kinds;
        for (int row = 0; row < kinds.Length; row++)
        {
            if (kinds[row] != CellKind.Number || !cells.Counts(row))
            {
                continue;
            }

            var single = new TensorSpan<double>(new[] { cells.Numbers[row] }, [1, 1]);
            try
            {
                _scaler.Transform(single, single);
            }
            catch (ArgumentException)
            {
                return cells.Error(row, Name, "cannot be scaled");
            }
        }

        return new InvalidDataException($"Column '{Name}' has numbers that cannot be scaled.");
    }

    /// <summary>Numbers to fit to, and where they are.</summary>
    private sealed class Block
    {
        private readonly double[] _numbers = new double[BlockLength];
        private readonly long[] _locations = new long[BlockLength];
        private string _table = "", _locationWord = "";

        public int Count { get; private set; }

        public ReadOnlySpan<double> Numbers => _numbers.AsSpan(0, Count);

        public void Add(double number, in ColumnCells cells, int row)
        {
            (_numbers[Count], _locations[Count]) = (number, cells.Location(row));
            (_table, _locationWord) = (cells.Table, cells.LocationWord);
            Count++;
        }

        public void Clear() => Count = 0;

        public TableCellException Error(int index, string column, string problem) => new(
            _table, Invariant($"{_locationWord} {_locations[index]}"), column, Invariant($"{_numbers[index]}"), problem);
    }
}
