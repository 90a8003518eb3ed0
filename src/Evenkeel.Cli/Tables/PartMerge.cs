using Evenkeel.Cli.Shell;
using Evenkeel.Scaling;
using static System.FormattableString;

namespace Evenkeel.Cli.Tables;

/// <summary>Merges the fits of parts, one after another in the order of the parts, and keeps none of them.</summary>
/// <remarks>Gives the bits of <see cref="ScalerState.ToScaler"/> without holding the sketches of all parts.</remarks>
internal sealed class PartMerge
{
    private ScalerState? _first;
    private Scaler? _scaler;
    private long _rows;

    /// <summary>The names of the columns.</summary>
    public IReadOnlyList<string> Columns => _first?.ColumnNames ?? [];

    /// <summary>The scaler of all parts.</summary>
    /// <exception cref="InvalidDataException">No part has rows.</exception>
    public Scaler Scaler => _rows > 0 ? _scaler! : throw NoRows();

    /// <summary>Merges the next part.</summary>
    /// <exception cref="InvalidDataException">It does not go with those before.</exception>
    public void Add(FittedPart part) => Run(part.Part.Name, part.Columns, () =>
    {
        ScalerState state = part.State(partCount: null);
        if (_first is not null)
        {
            _ = ScalerState.Combine(_first, state);
        }

        _rows += state.Rows;
        _scaler = part.Part.MergeInto(_scaler);
        if (_first is null || (_first.Rows == 0 && state.Rows > 0))
        {
            _first = state;
        }
    });

    /// <summary>Merges the parts of a state.</summary>
    /// <exception cref="InvalidDataException">A part is missing, or the parts do not go together.</exception>
    public static Scaler Merge(ScalerState state)
    {
        Scaler? scaler = null;
        CheckComplete([.. state.Parts.Select(part => part.Name)], state.PartCount);
        foreach (ScalerPart part in state.Parts)
        {
            Run(part.Name, state.ColumnNames, () => scaler = part.MergeInto(scaler));
        }

        return state.Rows > 0 ? scaler! : throw NoRows();
    }

    /// <summary>Throws if a part is missing for certain.</summary>
    /// <param name="names">The names of the parts.</param>
    /// <param name="partCount">The number of parts of the whole table; null if unknown.</param>
    /// <exception cref="InvalidDataException">A part is missing.</exception>
    public static void CheckComplete(IReadOnlyList<string> names, int? partCount)
    {
        try
        {
            ScalerState.CheckComplete(names, partCount);
        }
        catch (InvalidOperationException e)
        {
            throw new InvalidDataException(
                $"{char.ToLowerInvariant(e.Message[0])}{e.Message[1..].TrimEnd('.')}"
                + Invariant($"; if these are all, --parts {names.Count} tells."),
                e);
        }
    }

    private static InvalidDataException NoRows() => new("no part has rows to fit a scaler to.");

    private static void Run(string name, IReadOnlyList<string>? columns, Action merge)
    {
        try
        {
            merge();
        }
        catch (ColumnException e)
        {
            string column = columns is null ? Invariant($"column {e.Column + 1}") : $"column {ColumnSelection.List([columns[e.Column]])}";
            throw new InvalidDataException($"the parts up to '{name}', {column}: the values {e.Reason}.", e);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"the parts up to '{name}': {OneLine.Of(e)}", e);
        }
    }
}
