using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using System.Text.Json;
using Evenkeel.Formats;
using Evenkeel.Numerics.Columns;
using static System.FormattableString;

namespace Evenkeel.Scaling;

/// <summary>Applies scalers one after another, each to the result of the one before.</summary>
/// <remarks>
/// <para>
/// Each stage is fitted to what the stages before make of the table; the inverse undoes the last stage first. Between the stages numbers
/// are in double precision, so that a <see cref="float"/> result is rounded once.
/// </para>
/// <para>
/// Fit takes the whole table through the stages. PartialFit fits one stage at a time, since a stage learns from the result of those
/// before: the parts are read <see cref="Passes"/> times, with <see cref="NextPass"/> in between. Stages that learn nothing, such as
/// <see cref="LogScaler"/>, <see cref="ClippingScaler"/> and <see cref="RowNormalizer"/>, take no pass. A stage behind the last one that
/// learns checks nothing in a fit; an element that it does not take is an error of Transform.
/// </para>
/// <para>Source: scikit-learn's <c>Pipeline</c>.</para>
/// </remarks>
public sealed class ScalerPipeline : Scaler, IScalerKind
{
    /// <summary>The number of elements per block: enough for all threads, and few enough for a cache.</summary>
    private const int Block = 256 * 1024;

    private readonly int[] _learning;
    private Scaler[] _stages;
    private int _pass;
    private long _rows;
    private long _rowsOfPass;
    private bool _isClosed;

    /// <summary>Creates a chain of scalers.</summary>
    /// <param name="stages">Scalers that are not fitted, in the order of their application. They are copied, and stay unfitted.</param>
    /// <exception cref="ArgumentNullException"><paramref name="stages"/> or a scaler is null.</exception>
    /// <exception cref="ArgumentException">There are no stages.</exception>
    /// <exception cref="ArgumentException">A scaler is fitted.</exception>
    /// <exception cref="ArgumentException">A scaler is a <see cref="ScalerPipeline"/>, or has one among its parts.</exception>
    public ScalerPipeline(params IReadOnlyList<Scaler> stages)
    {
        ArgumentNullException.ThrowIfNull(stages);
        if (stages.Count == 0)
        {
            throw new ArgumentException("There are no stages.", nameof(stages));
        }

        foreach (Scaler stage in stages)
        {
            ArgumentNullException.ThrowIfNull(stage, nameof(stages));
            if (stage.Columns != 0)
            {
                throw new ArgumentException($"The {stage.GetType().Name} is fitted already; expected unfitted scalers.", nameof(stages));
            }

            if (stage is ScalerPipeline || stage.Components.Any(part => part is ScalerPipeline))
            {
                throw new ArgumentException(
                    $"A stage is a {nameof(ScalerPipeline)} itself, or has one among its parts: name its stages here instead.",
                    nameof(stages));
            }
        }

        _stages = [.. stages.Select(stage => stage.Copy())];
        _learning = [.. Enumerable.Range(0, _stages.Length).Where(i => _stages[i].LearningPasses > 0)];
    }

    /// <summary>The scalers, in the order of their application, fitted once this one is.</summary>
    public IReadOnlyList<Scaler> Stages => _stages.AsReadOnly();

    /// <summary>The number of stages that learn, at least 1: how often PartialFit has to read the table.</summary>
    public int Passes => Math.Max(1, _learning.Length);

    /// <summary>The pass that PartialFit is in, counted from 1.</summary>
    public int Pass => _pass + 1;

    static string IScalerKind.Kind => "pipeline";

    internal override int[]? ColumnNumbers
    {
        get => base.ColumnNumbers;
        set
        {
            base.ColumnNumbers = value;
            Array.ForEach(_stages, stage => stage.ColumnNumbers = value);
        }
    }

    internal override int LearningPasses => _learning.Length;

    internal override bool IsComplete => base.IsComplete && _pass == Passes - 1 && _rowsOfPass == _rows;

    internal override IEnumerable<Scaler> Components => _stages;

    /// <summary>The stage that learns in this pass; the number of stages if none learns.</summary>
    private int Current => _learning.Length == 0 ? _stages.Length : _learning[_pass];

    static Scaler IScalerKind.Create(JsonFields settings) => new ScalerPipeline(
        [.. settings.Objects("stages").Select(fields =>
        {
            Scaler stage = ScalerKind.Read(fields);
            fields.End();
            return stage;
        })]);

    /// <summary>Ends a pass of PartialFit over the table: from now on, it fits the next stage that learns.</summary>
    /// <exception cref="InvalidOperationException">The pass is the last one, or has read no rows, or fewer than the first pass.</exception>
    /// <exception cref="InvalidOperationException">The pipeline was fitted by Fit, or read from a file.</exception>
    public void NextPass()
    {
        if (_isClosed)
        {
            throw Closed();
        }

        if (_pass == Passes - 1)
        {
            throw new InvalidOperationException(Invariant($"Pass {Pass} is the last one: there is no next pass."));
        }

        if (Columns == 0 || _rowsOfPass != _rows)
        {
            throw new InvalidOperationException(Columns == 0
                ? "The first pass has read no rows: call PartialFit before NextPass."
                : Incomplete());
        }

        _pass++;
        _rowsOfPass = 0;
    }

    internal override Scaler Copy()
    {
        var copy = (ScalerPipeline)base.Copy();
        copy._stages = Array.ConvertAll(_stages, stage => stage.Copy());
        return copy;
    }

    internal override void WriteSettings(Utf8JsonWriter json)
    {
        json.WriteStartArray("stages");
        foreach (Scaler stage in _stages)
        {
            json.WriteStartObject();
            ScalerKind.Write(json, stage);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    internal override void WriteColumn(Utf8JsonWriter json, int column)
    {
        json.WriteStartArray("stages");
        foreach (Scaler stage in _stages)
        {
            json.WriteStartObject();
            stage.WriteColumn(json, column);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    internal override void WriteStateColumn(Utf8JsonWriter json, int column)
    {
        json.WriteStartArray("stages");
        foreach (Scaler stage in _stages)
        {
            json.WriteStartObject();
            stage.WriteStateColumn(json, column);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private protected override void ReadStateStatistics(IReadOnlyList<JsonFields> columns) =>
        ReadStages(columns, (stage, fields) => stage.ReadState(fields));

    private protected override void ReadStatistics(IReadOnlyList<JsonFields> columns) =>
        ReadStages(columns, (stage, fields) => stage.Read(fields));

    private void ReadStages(IReadOnlyList<JsonFields> columns, Action<Scaler, IReadOnlyList<JsonFields>> read)
    {
        IReadOnlyList<JsonFields>[] stages = [.. columns.Select(column =>
            column.Objects("stages") is var objects && objects.Count == _stages.Length
                ? objects
                : throw column.Error("stages", Invariant($"has {objects.Count} elements; the pipeline has {_stages.Length} stages")))];
        for (int i = 0; i < _stages.Length; i++)
        {
            IReadOnlyList<JsonFields> stage = [.. stages.Select(objects => objects[i])];
            read(_stages[i], stage);
            foreach (JsonFields column in stage)
            {
                column.End();
            }
        }

        Close();
    }

    internal override void CheckInvertible() => Array.ForEach(_stages, stage => stage.CheckInvertible());

    internal override (double Center, double Scale, double Shift)? AffineMap(int column)
    {
        (double Center, double Scale, double Shift) all = (0, 1, 0);
        foreach (Scaler stage in _stages)
        {
            if (stage.AffineMap(column) is not { } map)
            {
                return null;
            }

            // (x − c)/s + h, then (y − center)/scale + shift.
            all = all == (0, 1, 0)
                ? map
                : (all.Center, all.Scale * map.Scale, (all.Shift - map.Center) / map.Scale + map.Shift);
        }

        return all;
    }

    private protected override void CheckFitted()
    {
        base.CheckFitted();
        if (!IsComplete)
        {
            throw new InvalidOperationException(Incomplete());
        }
    }

    private protected override void AccumulateWhole<T>(in Table<T> table, ReadOnlySpan<double> weights)
    {
        Scaler[] fitted = Array.ConvertAll(_stages, stage => stage.Copy());
        Fit(fitted, table, weights, firstToFit: 0, last: _learning.Length == 0 ? fitted.Length : _learning[^1], whole: true);
        _stages = fitted;
        Close();
    }

    private protected override void Accumulate<T>(in Table<T> table, ReadOnlySpan<double> weights, bool fresh)
    {
        if (_isClosed)
        {
            throw Closed();
        }

        if (_pass > 0 && _rowsOfPass + table.Rows > _rows)
        {
            throw new InvalidOperationException(Invariant(
                $"Pass {Pass} reads more than the {_rows} rows of the first pass: call NextPass once between two passes over the table."));
        }

        Fit(_stages, table, weights, firstToFit: _pass == 0 ? 0 : _learning[_pass - 1] + 1, last: Current, whole: false);
        _rows += _pass == 0 ? table.Rows : 0;
        _rowsOfPass += table.Rows;
    }

    private protected override void MergeStatistics(Scaler other)
    {
        var pipeline = (ScalerPipeline)other;
        bool fresh = Columns == 0;
        if (_isClosed || pipeline._isClosed)
        {
            throw Closed();
        }

        if (!fresh && pipeline._pass != _pass)
        {
            throw new ArgumentException(
                Invariant($"The other pipeline is in pass {pipeline.Pass}, this one in pass {Pass}."), nameof(other));
        }

        int current = pipeline.Current;
        if (!fresh && _pass > 0
            && (pipeline._rows != _rows || !StatisticsBefore(current).AsSpan().SequenceEqual(pipeline.StatisticsBefore(current))))
        {
            throw new ArgumentException(
                "The stages that were fitted in the passes before differ: merge the pipelines before NextPass too.", nameof(other));
        }

        if (!fresh && _pass > 0 && _rowsOfPass + pipeline._rowsOfPass > _rows)
        {
            throw new ArgumentException(
                Invariant($"Both have read more rows in pass {Pass} than the {_rows} of the first pass."), nameof(other));
        }

        if (current < _stages.Length)
        {
            _stages[current].Merge(pipeline._stages[current]);
        }

        if (fresh)
        {
            for (int i = 0; i < _stages.Length; i++)
            {
                if (i != current)
                {
                    _stages[i] = pipeline._stages[i].Copy();
                    _stages[i].ColumnNumbers = ColumnNumbers;
                }
            }
        }

        (_rows, _rowsOfPass) = pipeline._pass > 0
            ? (pipeline._rows, (fresh ? 0 : _rowsOfPass) + pipeline._rowsOfPass)
            : (_rows + pipeline._rows, _rows + pipeline._rows);
        _pass = pipeline._pass;
    }

    private protected override bool HasSettingsOf(Scaler other)
    {
        Scaler[] others = ((ScalerPipeline)other)._stages;
        return others.Length == _stages.Length && _stages.Zip(others, (a, b) => a.IsLike(b)).All(isLike => isLike);
    }

    private protected override Rejection Map<T>(in Table<T> table, Span<T> destination, bool inverse)
    {
        int width = table.Columns, rows = Math.Clamp(Block / width, 1, Math.Max(1, table.Rows)), length = rows * width;
        int[] columns = [.. Enumerable.Range(0, width)];
        T[] narrow = ArrayPool<T>.Shared.Rent(length);
        double[] one = ArrayPool<double>.Shared.Rent(length), other = ArrayPool<double>.Shared.Rent(length);
        Rejection first = -1;
        for (int row = 0; row < table.Rows; row += rows)
        {
            int count = Math.Min(rows, table.Rows - row) * width;
            Span<T> block = narrow.AsSpan(0, count);
            Span<double> before = one.AsSpan(0, count), after = other.AsSpan(0, count);
            ColumnSelection.Gather(table.Elements, table.View, columns, row, block);
            TensorPrimitives.ConvertTruncating<T, double>(block, before);
            Rejection rejected = Map(table, ref before, ref after, inverse);
            if (rejected.IsAny)
            {
                (int at, int column) = table.WithElements<double>(before).PositionOf(rejected.Index);
                first = Rejection.First(first, rejected with { Index = table.IndexOf(row + at, column) });
            }

            TensorPrimitives.ConvertTruncating<double, T>(before, block);
            ColumnSelection.Scatter(block, table.View, columns, row, destination);
        }

        ArrayPool<T>.Shared.Return(narrow);
        ArrayPool<double>.Shared.Return(one);
        ArrayPool<double>.Shared.Return(other);
        return first;
    }

    internal override ArgumentException Refusal<T>(in Table<T> table, Rejection rejection, bool inverse, string name)
    {
        Scaler stage = _stages[rejection.Stage];
        if (rejection.Stage == (inverse ? _stages.Length - 1 : 0))
        {
            return stage.Refusal(table, rejection.Index, inverse, name);
        }

        (int row, int column) = table.PositionOf(rejection.Index);
        string element = Invariant($"The element in row {row}, column {table.NumberOf(column)} (counted from 0)");
        string stages = inverse ? "behind" : "before";
        return new ArgumentException(
            Invariant($"{element} cannot be transformed: stage {rejection.Stage + 1}, a {stage.GetType().Name}, does not take ")
            + $"what the stages {stages} it make of it.",
            name);
    }

    /// <summary>Takes a block through the stages, the result being in <paramref name="block"/> at last.</summary>
    private Rejection Map<T>(in Table<T> table, ref Span<double> block, ref Span<double> other, bool inverse)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Rejection first = -1;
        bool[] hidden = [];
        for (int i = 0; i < _stages.Length; i++)
        {
            int stage = inverse ? _stages.Length - 1 - i : i;
            Rejection rejected = _stages[stage].Apply(table.WithElements<double>(block), other, inverse);
            if (rejected.IsAny)
            {
                first = Rejection.First(first, rejected with { Stage = stage });
                hidden = hidden.Length == 0 ? new bool[block.Length] : hidden;
                RejectedElements.Mark(block, other, hidden);
            }

            Span<double> swap = block;
            block = other;
            other = swap;
        }

        RejectedElements.Clear(hidden, block);
        return first;
    }

    /// <summary>Fits stages up to the last one given; those before the first given are fitted already.</summary>
    private void Fit<T>(Scaler[] stages, in Table<T> table, ReadOnlySpan<double> weights, int firstToFit, int last, bool whole)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        // A stage that learns nothing takes the columns only; what it does not take shows when it is applied.
        for (int i = firstToFit; i < stages.Length; i++)
        {
            if (stages[i].LearningPasses == 0)
            {
                stages[i].Take(table.WithoutRows(), [], whole: true);
            }
        }

        if (last == 0)
        {
            stages[0].Take(table, weights, whole);
            return;
        }

        double[] buffer = ArrayPool<double>.Shared.Rent(table.Elements.Length);
        Span<double> elements = buffer.AsSpan(0, table.Elements.Length);
        TensorPrimitives.ConvertTruncating<T, double>(table.Elements, elements);
        Table<double> result = table.WithElements<double>(elements);
        for (int i = 0; i <= last && i < stages.Length; i++)
        {
            if (i >= firstToFit && stages[i].LearningPasses > 0)
            {
                stages[i].Take(result, weights, whole);
            }

            if (i == last)
            {
                break;
            }

            Rejection rejected = stages[i].Apply(result, elements, inverse: false);
            if (rejected.IsAny)
            {
                throw Refusal(table, rejected with { Stage = i }, inverse: false, nameof(table));
            }

            if (FirstInfinity.IndexIn<double>(elements) is >= 0 and var infinite)
            {
                (int row, int column) = table.PositionOf(infinite);
                throw new ArgumentException(
                    Invariant($"The element in row {row}, column {table.NumberOf(column)} (counted from 0) has no finite image under ")
                    + Invariant($"stage {i + 1}, a {stages[i].GetType().Name}."),
                    nameof(table));
            }
        }

        ArrayPool<double>.Shared.Return(buffer);
    }

    private void Close()
    {
        _isClosed = Passes > 1;
        _pass = Passes - 1;
        (_rows, _rowsOfPass) = (0, 0);
    }

    private byte[] StatisticsBefore(int stage)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            for (int i = 0; i < stage * Columns; i++)
            {
                json.WriteStartObject();
                _stages[i / Columns].WriteColumn(json, i % Columns);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private string Incomplete() => _rowsOfPass == _rows
        ? Invariant($"The pipeline has several stages that learn, and has read pass {Pass} of {Passes} over the table only: ")
            + "call NextPass, and read the table again with PartialFit."
        : Invariant($"The pipeline has read {_rowsOfPass} of the {_rows} rows of the table in pass {Pass} of {Passes}: ")
            + "read the rest with PartialFit.";

    private static InvalidOperationException Closed() => new(
        "The pipeline has several stages that learn, and was fitted by Fit or read from a file: it cannot be fitted further. "
        + "Begin with PartialFit and NextPass instead.");
}
