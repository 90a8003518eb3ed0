using System.CommandLine;
using Evenkeel.Cli.Commands.Scale;
using Evenkeel.Cli.Shell;
using Evenkeel.Scaling;
using Evenkeel.Tables;
using Evenkeel.Tables.Preparation;

namespace Evenkeel.Cli.Commands.Train;

/// <summary>The options of <c>evenkeel train</c> for a table.</summary>
internal sealed class TableOptions
{
    private const string Stop = "stop", Skip = "skip";
    private const string Median = "median", Mean = "mean", MostFrequent = "most-frequent", Zero = "zero";
    private const string Auto = "auto", OneHot = "one-hot", Ordinal = "ordinal", Embedding = "embedding";
    private const string Classify = "classify", Regress = "regress";

    private static readonly Dictionary<string, Func<Scaler>> Scalers = new()
    {
        ["standard"] = static () => new StandardScaler(),
        ["min-max"] = static () => new MinMaxScaler(0, 1),
        ["max-abs"] = static () => new MaxAbsScaler(),
        ["robust"] = static () => new RobustScaler(),
        ["quantile"] = static () => new QuantileTransformer(distribution: OutputDistribution.Normal),
        ["yeo-johnson"] = static () => new YeoJohnsonScaler(),
    };

    private static readonly TrainingHints Hints = new()
    {
        InvalidRows = "--on-error skip leaves these rows out",
        NearlyNumeric =
            "--missing reads such texts as missing, --except leaves the column out, --categories takes all cells as categories",
        NearlyNumericLabel = "--missing reads such texts as missing, and --on-error skip leaves rows without a label out; "
            + "--task classify takes all cells as classes",
        NoName = "--except '' leaves it out",
        Diverged = "a lower --lr helps",
        SmallSteps = "choose a larger --batch-size",
        LeftOut = "--columns uses ids, dates and texts that it names",
        Delimiter = "--delimiter",
        ForClasses = "--balance and --label-smoothing apply to classes",
        Unusable = "--except leaves it out",
        Unscalable = "--except leaves it out, --scaler robust may suit it",
    };

    private readonly Option<string?> _label = new("--label") { Description = "Column to predict.", HelpName = "NAME" };

    private readonly Option<string?> _task = SharedOptions.OptionalChoice(
        "--task",
        "Whether to predict classes or a number (default: a number if the label has numbers, and more than 20 different ones).",
        Classify,
        Regress);

    private readonly Option<string[]> _columns = CsvOptions.List(
        "--columns", "NAME,...", "Columns to predict from (default: all that are numbers or categories, as 'scale describe' says).");

    private readonly Option<string[]> _except = CsvOptions.List("--except", "NAME,...", "Columns to leave out.");

    private readonly Option<string[]> _categories = CsvOptions.List(
        "--categories", "NAME,...", "Columns whose numbers are categories, such as codes.");

    private readonly Option<string> _encode = SharedOptions.Choice(
        "--encode",
        "How categories become numbers: a feature each, their position, or a vector that is learned (default auto: a feature each in a "
        + "column of at most 100, otherwise vectors).",
        Auto, OneHot, Ordinal, Embedding);

    private readonly Option<string> _impute = SharedOptions.Choice(
        "--impute", "What fills missing numbers (default median); a second feature marks them.", Median, Mean, MostFrequent, Zero);

    private readonly Option<string> _scaler = SharedOptions.Choice(
        "--scaler", "How numbers are scaled (default standard: mean 0 and standard deviation 1).", [.. Scalers.Keys]);

    private readonly Option<string[]> _log = CsvOptions.List(
        "--log", "NAME,...", "Columns of numbers from 0 on whose logarithm, log(1 + x), is taken before they are scaled.");

    private readonly Option<double> _validate = SharedOptions.Number(
        "--validate",
        "FRACTION",
        "Fraction of the rows to measure on, which are not trained on (default 0.2).",
        0.2,
        "a number of at least 0 and below 1",
        value => value is >= 0 and < 1);

    private readonly Option<int> _patience = SharedOptions.Number(
        "--patience",
        "N",
        "Epochs without a lower validation loss after which training stops (default 10).",
        10,
        "a whole number of at least 1",
        value => value >= 1);

    private readonly Option<int?> _folds = SharedOptions.OptionalNumber<int>(
        "--folds",
        "K",
        "Cross-validate first: train on all but one of K parts of the rows, measure on that one, K times.",
        "a whole number from 2 to 1000",
        value => value is >= 2 and <= 1000);

    private readonly Option<bool> _balance = new("--balance")
    {
        Description = "Let each class count as much as the others in the loss, however rare it is.",
    };

    private readonly Option<double> _smoothing = SharedOptions.Number(
        "--label-smoothing",
        "E",
        "Label smoothing (default 0).",
        0.0,
        "a number of at least 0 and below 1",
        value => value is >= 0 and < 1);

    private readonly Option<string> _onError = SharedOptions.Choice(
        "--on-error", "What to do about a row without a label, or with too few or too many cells (default stop).", Stop, Skip);

    private readonly Option<string?> _report = SharedOptions.File(
        "--report", "Page to write about the training: its curves, errors, columns and layers, in one HTML file.");

    private readonly CsvOptions _csv = new();

    /// <summary>Creates the options.</summary>
    public TableOptions() => _scaler.Validators.Insert(0, result =>
    {
        if (result.Tokens is [var token] && token.Value.Split(',') is { Length: > 1 } parts && parts.Contains("log"))
        {
            result.AddError(
                $"--scaler '{token.Value}' must be one scaler; --log NAME,... takes the logarithm of columns before they are scaled.");
        }
    });

    /// <summary>The options about the label and the columns, for a group of the help.</summary>
    public Option[] Columns => [_label, _task, _columns, _except, _categories, _encode, _impute, _scaler, _log];

    /// <summary>The options about training, for a group of the help.</summary>
    public Option[] Training => [_validate, _patience, _folds, _balance, _smoothing, _report];

    /// <summary>The options about the format of the file, for a group of the help.</summary>
    public Option[] File => [.. _csv.All, _onError];

    /// <summary>All options.</summary>
    public Option[] All => [.. Columns, .. Training, .. File];

    /// <summary>The number of folds; null without a cross-validation.</summary>
    public int? Folds(ParseResult parsed) => parsed.GetValue(_folds);

    /// <summary>The file of the report; null without one.</summary>
    public string? Report(ParseResult parsed) => parsed.GetValue(_report);

    /// <summary>The table.</summary>
    public TableFile Table(ParseResult parsed, string path) => _csv.Table(parsed, path);

    /// <summary>The settings, without those of the network and the optimizer.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="table">The path of the table, for messages.</param>
    /// <exception cref="UsageException">There is no label, or options contradict each other.</exception>
    public TableTrainingOptions Settings(ParseResult parsed, string table)
    {
        string label = parsed.GetValue(_label)
            ?? throw new UsageException($"'{table}' is taken for a table to train on: --label, the column to predict, is missing.");
        CategoryEncoding? encoding = parsed.GetValue(_encode) switch
        {
            OneHot => CategoryEncoding.OneHot,
            Ordinal => CategoryEncoding.Ordinal,
            Embedding => CategoryEncoding.Embedding,
            _ => null,
        };
        Imputation imputation = parsed.GetValue(_impute) switch
        {
            Mean => Imputation.Mean,
            MostFrequent => Imputation.MostFrequent,
            Zero => Imputation.Constant,
            _ => Imputation.Median,
        };
        CheckNames(parsed);
        if (parsed.GetValue(_validate) == 0 && parsed.GetResult(_patience) is { Implicit: false })
        {
            throw new UsageException("--patience needs rows held out, and --validate 0 holds none out.");
        }

        Func<Scaler> scaler = Scalers[parsed.GetValue(_scaler)!];
        return new TableTrainingOptions
        {
            Label = label,
            Task = parsed.GetValue(_task) switch
            {
                Classify => TableTask.Classification,
                Regress => TableTask.Regression,
                _ => null,
            },
            Columns = Distinct(parsed, _columns),
            Except = Distinct(parsed, _except),
            Categories = Distinct(parsed, _categories),
            Preparations =
            [
                .. Distinct(parsed, _log).Select(name =>
                    new NumberPreparation(name, () => new ScalerPipeline(new LogScaler(), scaler())) { Imputation = imputation }),
            ],
            Encoding = encoding,
            Imputation = imputation,
            Scaler = scaler,
            Validation = parsed.GetValue(_validate),
            Patience = parsed.GetValue(_patience),
            BalanceClasses = parsed.GetValue(_balance),
            LabelSmoothing = parsed.GetValue(_smoothing),
            SkipInvalidRows = parsed.GetValue(_onError) == Skip,
            Hints = Hints,
        };
    }

    /// <summary>Refuses options that want different things of one column.</summary>
    private void CheckNames(ParseResult parsed)
    {
        (Option<string[]> First, Option<string[]> Second)[] contradictions =
        [
            (_log, _except), (_categories, _except), (_columns, _except), (_log, _categories),
        ];
        foreach ((Option<string[]> first, Option<string[]> second) in contradictions)
        {
            if (Distinct(parsed, first).Intersect(Distinct(parsed, second)).FirstOrDefault() is { } name)
            {
                throw new UsageException($"{first.Name} and {second.Name} both name '{name}'; leave it out of one of them.");
            }
        }

        string[] columns = Distinct(parsed, _columns);
        foreach (Option<string[]> option in (Option<string[]>[])[_log, _categories])
        {
            if (columns.Length > 0 && Distinct(parsed, option).Except(columns).FirstOrDefault() is { } name)
            {
                throw new UsageException($"{option.Name} names '{name}', which --columns does not.");
            }
        }
    }

    private static string[] Distinct(ParseResult parsed, Option<string[]> option)
    {
        string[] names = parsed.GetValue(option)!;
        return names.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1) is { } twice
            ? throw new UsageException($"{option.Name} names '{twice.Key}' twice.")
            : names;
    }
}
