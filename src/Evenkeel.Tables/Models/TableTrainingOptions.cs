using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Normalization;
using Evenkeel.Scaling;
using Evenkeel.Tables.Preparation;
using Evenkeel.Training;

namespace Evenkeel.Tables;

/// <summary>The settings of the training of a model on a table.</summary>
public sealed record TableTrainingOptions
{
    /// <summary>The name of the column to predict.</summary>
    public required string Label { get; init; }

    /// <summary>What to predict; null, the default, for numbers if the label has more than 20 different ones, else classes.</summary>
    public TableTask? Task { get; init; }

    /// <summary>The columns to predict from; empty, the default, for all that are numbers or categories.</summary>
    public IReadOnlyList<string> Columns { get; init; } = [];

    /// <summary>Columns to leave out. Default none.</summary>
    public IReadOnlyList<string> Except { get; init; } = [];

    /// <summary>Preparations of columns that are not to have the default one. Default none.</summary>
    public IReadOnlyList<ColumnPreparation> Preparations { get; init; } = [];

    /// <summary>Columns to take as categories, even if they hold numbers. Default none.</summary>
    public IReadOnlyList<string> Categories { get; init; } = [];

    /// <summary>
    /// How categories become numbers, where <see cref="Preparations"/> does not say; null, the default, for one-hot in a column of at most
    /// 100 categories, and an embedding otherwise.
    /// </summary>
    public CategoryEncoding? Encoding { get; init; }

    /// <summary>What fills missing numbers, where <see cref="Preparations"/> does not say. Default: the median.</summary>
    public Imputation Imputation { get; init; } = Imputation.Median;

    /// <summary>
    /// Creates the scaler of a column of numbers, where <see cref="Preparations"/> does not say. Default: standardization.
    /// </summary>
    public Func<Scaler> Scaler { get; init; } = static () => new StandardScaler();

    /// <summary>The widths of the hidden layers. Default 128 and 64.</summary>
    public IReadOnlyList<int> Hidden { get; init; } = [128, 64];

    /// <summary>Creates the normalization behind each hidden layer; null for none. Default: batch normalization.</summary>
    public Func<Linear, Layer>? Normalization { get; init; } = static linear => new BatchNorm(linear.Outputs);

    /// <summary>Creates the activation behind each normalization. Default: ReLU.</summary>
    public Func<Layer> Activation { get; init; } = static () => new Relu();

    /// <summary>The initial weights. Default: He's, for ReLU.</summary>
    public Initializer Weights { get; init; } = Initializer.HeNormal;

    /// <summary>The probability of dropping a hidden activation in training. Default 0.1.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not at least 0 and below 1.</exception>
    public double Dropout
    {
        get;
        init => field = value is >= 0 and < 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "The probability must be at least 0 and below 1.");
    } = 0.1;

    /// <summary>The number of passes over the training rows at most. Default 100.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Epochs
    {
        get;
        init => field = value >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "There must be at least 1 epoch.");
    } = 100;

    /// <summary>The number of rows per step; null, the default, for 32 to 512, by the number of rows.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int? BatchSize
    {
        get;
        init => field = value is null or >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "A step needs at least 1 row.");
    }

    /// <summary>The learning rate of AdamW at its highest. Default 0.003.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not positive and finite.</exception>
    public double LearningRate
    {
        get;
        init => field = value > 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "The learning rate must be positive and finite.");
    } = 0.003;

    /// <summary>The weight decay of AdamW. Default 0.01.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is negative or not finite.</exception>
    public double WeightDecay
    {
        get;
        init => field = value >= 0 && double.IsFinite(value)
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "The weight decay must be finite and not negative.");
    } = 0.01;

    /// <summary>The fraction of rows to validate on, from 0 to below 1. Default 0.2.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not at least 0 and below 1.</exception>
    public double Validation
    {
        get;
        init => field = value is >= 0 and < 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "The fraction must be at least 0 and below 1.");
    } = 0.2;

    /// <summary>
    /// The number of epochs in a row without a lower validation loss after which training stops; the weights of the best epoch are kept.
    /// Default 10.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is below 1.</exception>
    public int Patience
    {
        get;
        init => field = value >= 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "The patience must be at least 1 epoch.");
    } = 10;

    /// <summary>Whether each class counts as much as the others in the loss, whatever its number of rows. Default false.</summary>
    public bool BalanceClasses { get; init; }

    /// <summary>The label smoothing of a classification. Default 0.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The value is not at least 0 and below 1.</exception>
    public double LabelSmoothing
    {
        get;
        init => field = value is >= 0 and < 1
            ? value
            : throw new ArgumentOutOfRangeException(nameof(value), value, "The label smoothing must be at least 0 and below 1.");
    }

    /// <summary>
    /// Whether rows without a label, or with too few or too many cells, are left out; otherwise they are an error. Default false.
    /// </summary>
    public bool SkipInvalidRows { get; init; }

    /// <summary>The seed of the split, the initial weights, dropout and the order of rows. Default 0.</summary>
    public ulong Seed { get; init; }

    /// <summary>Receives the result of each epoch. Default null.</summary>
    public Action<EpochResult>? EpochCompleted { get; init; }

    /// <summary>The number of rows per step, given the number of training rows.</summary>
    internal int BatchSizeFor(int rows) => Math.Min(BatchSize ?? Math.Clamp(rows / 100, 32, 512), rows);

    /// <summary>What messages advise.</summary>
    internal TrainingHints Hints { get; init; } = TrainingHints.Library;
}
