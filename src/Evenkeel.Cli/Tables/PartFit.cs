using Evenkeel.Scaling;
using Evenkeel.Tables;

namespace Evenkeel.Cli.Tables;

/// <summary>Fits a scaler to one part of a table, as if there were no others.</summary>
internal sealed class PartFit(FitSettings settings)
{
    private long _done;
    private TableReader? _input;

    /// <summary>The number of bytes read, of all parts.</summary>
    public long Position => _done + (_input?.Position ?? 0);

    /// <summary>Fits to a part; it may have no rows.</summary>
    /// <exception cref="InvalidDataException">The part is invalid.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public FittedPart Run(TablePart part, Action showProgress, CancellationToken cancellationToken)
    {
        using TableReader input = settings.Open(part.Path);
        _input = input;
        (ColumnSelection columns, DefaultColumns? chosen) = settings.Choose(input);
        var fit = new ScalerFit(input, columns, settings.Policy, settings.Create);
        fit.Run(showProgress, cancellationToken);
        long bytes = input.Position;
        (_input, _done) = (null, _done + bytes);
        return new FittedPart(
            new ScalerPart(part.Name, fit.Scaler, fit.Rows),
            columns.Names,
            settings.Weight,
            fit.Problems,
            chosen,
            fit.ColumnsWithoutNumbers,
            bytes);
    }
}
