using Evenkeel.Tables.Profiles;
using Evenkeel.Training;

namespace Evenkeel.Tables;

/// <summary>A model, and how it was trained.</summary>
public sealed class TableTrainingResult
{
    internal TableTrainingResult(
        TableModel model,
        TableProfile profile,
        IReadOnlyList<LeftOutColumn> leftOut,
        IReadOnlyList<EpochResult> history,
        int trainingRows,
        TableEvaluation training,
        TableEvaluation? validation,
        PreparedRows validationRows,
        PreparedRows rows)
    {
        Model = model;
        Profile = profile;
        LeftOut = leftOut;
        History = history;
        TrainingRows = trainingRows;
        Training = training;
        Validation = validation;
        ValidationRows = validationRows;
        Rows = rows;
    }

    /// <summary>The model, with the weights of the epoch of the lowest validation loss.</summary>
    public TableModel Model { get; }

    /// <summary>What the columns of the table hold.</summary>
    public TableProfile Profile { get; }

    /// <summary>The columns that the model was not trained on, for what they hold.</summary>
    public IReadOnlyList<LeftOutColumn> LeftOut { get; }

    /// <summary>The results of the epochs.</summary>
    public IReadOnlyList<EpochResult> History { get; }

    /// <summary>The number of rows that the model was trained on.</summary>
    public int TrainingRows { get; }

    /// <summary>The measures on the rows that the model was trained on.</summary>
    public TableEvaluation Training { get; }

    /// <summary>The measures on the rows held out; null without such rows.</summary>
    public TableEvaluation? Validation { get; }

    /// <summary>The classes of a single row, where rows were held out: that row was trained on.</summary>
    internal IReadOnlyList<string> NeverHeldOut { get; init; } = [];

    /// <summary>The rows held out, prepared.</summary>
    internal PreparedRows ValidationRows { get; }

    /// <summary>The training rows, prepared.</summary>
    internal PreparedRows Rows { get; }
}
