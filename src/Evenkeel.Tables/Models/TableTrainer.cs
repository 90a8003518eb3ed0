using Evenkeel.Data;
using static System.FormattableString;

namespace Evenkeel.Tables;

/// <summary>
/// From a table to a model: infers what the columns hold, prepares them, trains a network, and measures it on rows held out.
/// </summary>
/// <remarks>
/// Which rows are held out, the initial weights and the order of rows depend on the seed and the numbers of the rows alone. The table
/// is read several times: once to infer what the columns hold, once for the labels, and for each fold once or more to fit the
/// preparation and once to apply it; so it cannot be a pipe.
/// </remarks>
public static class TableTrainer
{
    /// <summary>Trains a model.</summary>
    /// <param name="table">The table.</param>
    /// <param name="options">The settings.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="InvalidDataException">The table has no columns or labels to learn from, or cannot be read.</exception>
    /// <exception cref="InvalidDataException">The settings of the network do not suit the rows, such as steps of one row.</exception>
    /// <exception cref="TableCellException">A cell cannot be prepared.</exception>
    /// <exception cref="IOException">The table cannot be read.</exception>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static TableTrainingResult Train(TableSource table, TableTrainingOptions options, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(options);
        var training = new TableTraining(table, options, cancellationToken);
        int[] rows = training.LabeledRows;
        if (options.Validation == 0)
        {
            return training.Run(rows, []);
        }

        training.CheckRows(2, "to hold rows out");
        TrainTestSplit split = Split(training, [.. Enumerable.Range(0, rows.Length)], options);
        return training.Run(Of(rows, split.Train), Of(rows, split.Test));
    }

    /// <summary>Trains a model per fold, and measures it on the rows of that fold.</summary>
    /// <param name="table">The table.</param>
    /// <param name="options">The settings.</param>
    /// <param name="folds">The number of folds, at least 2. Default 5.</param>
    /// <param name="cancellationToken">Cancels the work.</param>
    /// <returns>The measures of each fold.</returns>
    /// <inheritdoc cref="Train"/>
    /// <exception cref="ArgumentOutOfRangeException">There are fewer than 2 folds.</exception>
    public static IReadOnlyList<TableEvaluation> CrossValidate(
        TableSource table, TableTrainingOptions options, int folds = 5, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(table);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(folds, 2);
        var training = new TableTraining(table, options, cancellationToken);
        int[] rows = training.LabeledRows;
        training.CheckRows(FewestRows(folds, options), Invariant($"for {folds} folds{(folds > 2 ? "; choose fewer folds" : "")}"));
        IReadOnlyList<TrainTestSplit> splits = training.LabeledClasses is { Length: > 0 } classes
            ? WithSingleRows(
                classes, [.. Enumerable.Range(0, rows.Length)], several => StratifiedKFold.Split(several, folds, options.Seed))
            : KFold.Split(rows.Length, folds, options.Seed);
        return [.. splits.Select(Evaluate)];

        TableEvaluation Evaluate(TrainTestSplit fold)
        {
            int[] remaining = Of(rows, fold.Train), test = Of(rows, fold.Test);
            if (options.Validation == 0)
            {
                return training.Run(remaining, [], test).Validation!;
            }

            // Training stops by rows of its own, so that those of the fold have no part in it.
            TrainTestSplit split = Split(training, fold.Train, options);
            return training.Run(Of(remaining, split.Train), Of(remaining, split.Test), test).Validation!;
        }
    }

    /// <summary>The fewest rows of a class: one per fold, and two beside each fold where rows of its own are held out.</summary>
    private static int FewestRows(int folds, TableTrainingOptions options) =>
        options.Validation == 0 ? folds : Math.Max(folds, folds == 2 ? 4 : 3);

    /// <summary>Splits rows, given by their positions among those with a label; the result are positions among the given ones.</summary>
    private static TrainTestSplit Split(TableTraining training, int[] rows, TableTrainingOptions options) =>
        training.LabeledClasses is { Length: > 0 } classes
            ? WithSingleRows(classes, rows, several => [TrainTestSplit.Stratified(several, options.Validation, options.Seed)])[0]
            : TrainTestSplit.Random(rows.Length, options.Validation, options.Seed);

    /// <summary>Splits the rows of classes of several rows, and adds the other rows to those to train on.</summary>
    /// <param name="classes">The classes of all rows with a label.</param>
    /// <param name="rows">The rows to split, as positions among these.</param>
    /// <param name="split">Splits rows, given their classes.</param>
    /// <returns>Positions among the rows to split.</returns>
    private static IReadOnlyList<TrainTestSplit> WithSingleRows(
        int[] classes, int[] rows, Func<int[], IReadOnlyList<TrainTestSplit>> split)
    {
        Dictionary<int, int> counts = rows.CountBy(row => classes[row]).ToDictionary();
        int[] single = [.. Enumerable.Range(0, rows.Length).Where(i => counts[classes[rows[i]]] == 1)];
        if (single.Length == 0)
        {
            return split([.. rows.Select(row => classes[row])]);
        }

        int[] several = [.. Enumerable.Range(0, rows.Length).Where(i => counts[classes[rows[i]]] > 1)];
        return
        [
            .. split([.. several.Select(i => classes[rows[i]])]).Select(part => new TrainTestSplit(
                [.. part.Train.Select(i => several[i]).Concat(single).Order()], [.. part.Test.Select(i => several[i])])),
        ];
    }

    private static int[] Of(int[] rows, IReadOnlyList<int> positions) => [.. positions.Select(position => rows[position])];
}
