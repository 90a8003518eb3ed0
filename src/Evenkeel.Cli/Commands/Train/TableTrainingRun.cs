using Evenkeel.Cli.Rendering;
using Evenkeel.Cli.Reports;
using Evenkeel.Cli.Shell;
using Evenkeel.Tables;
using Evenkeel.Tables.Inspection;

namespace Evenkeel.Cli.Commands.Train;

/// <summary>Trains a model on a table, prints its measures, and saves it.</summary>
/// <param name="terminal">The terminal.</param>
/// <param name="asJson">Whether to print JSON.</param>
internal sealed class TableTrainingRun(Terminal terminal, bool asJson)
{
    /// <summary>Trains and prints.</summary>
    /// <param name="table">The table.</param>
    /// <param name="options">The settings.</param>
    /// <param name="folds">The number of folds of a cross-validation; null for none.</param>
    /// <param name="model">The file for the model; null for none.</param>
    /// <param name="report">The file for the report; null for none.</param>
    /// <param name="arguments">The arguments of the command, which the report shows.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>The exit code.</returns>
    public int Run(
        TableFile table,
        TableTrainingOptions options,
        int? folds,
        OutputFile? model,
        OutputFile? report,
        IEnumerable<string> arguments,
        CancellationToken cancellationToken)
    {
        TextWriter results = model is { IsStandardOutput: true } || report is { IsStandardOutput: true } ? terminal.Error : terminal.Output;
        var rendering = new TableTrainingRendering(terminal, results, asJson);
        try
        {
            IReadOnlyList<TableEvaluation> foldMeasures = [];
            if (folds is { } count)
            {
                foldMeasures = TableTrainer.CrossValidate(table, options, count, cancellationToken);
                rendering.WriteFolds(options, foldMeasures);
            }

            using var line = new LiveLine(terminal, isLive: !asJson);
            line.Show(0, "reading the table");
            TableTrainingResult result = TableTrainer.Train(
                table,
                options with
                {
                    EpochCompleted = epoch =>
                    {
                        line.Clear();
                        rendering.WriteEpoch(epoch);
                        line.Show((double)epoch.Number / options.Epochs, $"epoch {epoch.Number} of at most {options.Epochs}");
                    },
                },
                cancellationToken);
            line.Clear();
            TableInspection? inspection = null;
            if (report is not null)
            {
                line.Show(1, "measuring what the predictions depend on");
                inspection = TableInspection.Of(result, options.Seed, cancellationToken);
                line.Clear();
            }

            model?.Write(result.Model.Write);
            if (inspection is not null)
            {
                report!.Write(new TableReport(
                    table.Name, options, result, inspection, foldMeasures, SettingsSection.CommandLine(arguments)).Write);
            }

            rendering.WriteResult(table.Name, result, model?.Path, report?.Path);
            return ExitCode.Success;
        }
        catch (OperationCanceledException)
        {
            terminal.Error.WriteLine("evenkeel: interrupted; nothing was written.");
            return ExitCode.Failure;
        }
        catch (TableCellException e)
        {
            throw new InvalidDataException($"{e.Message.TrimEnd('.')}; {Advice(e, options)}.", e);
        }
    }

    /// <summary>The options that help where a cell cannot be used.</summary>
    private static string Advice(TableCellException error, TableTrainingOptions options) =>
        error.Column == options.Label
            ? "--missing reads such texts as missing, and --on-error skip leaves rows without a label out"
            : options.Preparations.Any(column => column.Name == error.Column)
                ? "--log takes log(1 + x) of numbers above -1: leave the column out of it, or --missing reads such texts as missing"
            : "--missing reads such texts as missing, --except leaves the column out";
}
