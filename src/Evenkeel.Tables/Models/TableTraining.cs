using System.Numerics.Tensors;
using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Metrics;
using Evenkeel.Networks;
using Evenkeel.Numerics;
using Evenkeel.Scaling;
using Evenkeel.Tables.Preparation;
using Evenkeel.Tables.Profiles;
using Evenkeel.Training;
using static System.FormattableString;

namespace Evenkeel.Tables;

/// <summary>Trains models on a table: which columns and labels, which rows to train and to validate on, network and training.</summary>
internal sealed class TableTraining
{
    private const double EmbeddingDeviation = 0.05;

    private readonly TableSource _table;
    private readonly TableTrainingOptions _options;
    private readonly TableProfile _profile;
    private readonly ColumnPlan _plan;
    private readonly LabelColumn _labels;
    private readonly CancellationToken _cancellationToken;

    /// <summary>Profiles a table and reads its labels.</summary>
    /// <exception cref="InvalidDataException">The table has no columns or labels to learn from, or cannot be read.</exception>
    public TableTraining(TableSource table, TableTrainingOptions options, CancellationToken cancellationToken)
    {
        _table = table;
        _options = options;
        _cancellationToken = cancellationToken;
        _profile = TableProfile.OfAnyText(table, cancellationToken);
        if (_profile.Rows == 0)
        {
            throw new InvalidDataException($"'{table.Name}' has no rows.");
        }

        _plan = ColumnPlan.Of(table.Name, _profile, options);
        _labels = LabelColumn.Read(table, _profile.Columns.First(column => column.Name == options.Label), options, cancellationToken);
        if (_labels.Task == TableTask.Regression && (options.BalanceClasses || options.LabelSmoothing > 0))
        {
            throw new InvalidDataException($"'{table.Name}': the label '{options.Label}' is a number; {options.Hints.ForClasses}.");
        }
    }

    /// <summary>The numbers of the rows that have a label.</summary>
    public int[] LabeledRows => [.. Enumerable.Range(0, _labels.Rows).Where(_labels.Has)];

    /// <summary>The class of each of the <see cref="LabeledRows"/>; empty for a regression.</summary>
    public int[] LabeledClasses => _labels.Task == TableTask.Classification ? [.. _labels.Codes.Where(code => code >= 0)] : [];

    /// <inheritdoc cref="LabelColumn.CheckRows"/>
    public void CheckRows(int rows, string purpose) => _labels.CheckRows(_table.Name, rows, purpose);

    /// <summary>Trains on some rows, and stops by the loss on others.</summary>
    /// <param name="training">The numbers of the rows to train on, ascending.</param>
    /// <param name="validation">The numbers of the rows to validate on after each epoch, ascending; may be empty.</param>
    /// <param name="test">The numbers of the rows to measure the model on, ascending; null for those to validate on.</param>
    public TableTrainingResult Run(int[] training, int[] validation, int[]? test = null)
    {
        if (training.Length < 2)
        {
            throw new InvalidDataException(Invariant($"'{_table.Name}' leaves {training.Length} row to train on; at least 2 are needed."));
        }

        // Copies: the caller may use the preparations of the options again, and each fold has its own.
        var preparation = new TablePreparation([.. _plan.Preparations.Select(column => column.Unfitted())]);
        try
        {
            preparation.FitColumns(_table, Marked(training), _cancellationToken);
        }
        catch (ColumnFitException e)
        {
            throw e.In(_table.Name, e.IsOfScaler ? _options.Hints.Unscalable : _options.Hints.Unusable);
        }

        PreparedRows[] sets = Prepare(preparation, training, validation, test ?? []);
        (PreparedRows trainRows, PreparedRows validationRows, PreparedRows heldOut) = (sets[0], sets[1], test is null ? sets[1] : sets[2]);
        Sequential network = Network(preparation);
        try
        {
            return _labels.Task == TableTask.Classification
                ? Finish(Classify(network, trainRows, validationRows), (0, 1))
                : Regress(network, trainRows, validationRows);
        }
        catch (ArgumentException e)
        {
            // A batch of one row for batch normalization, for instance.
            string reason = e.Message.Split(" (Parameter")[0]
                .Replace(TrainingHints.Library.SmallSteps, _options.Hints.SmallSteps, StringComparison.Ordinal);
            throw new InvalidDataException($"A network with these settings cannot be trained on '{_table.Name}': {reason}", e);
        }

        TableTrainingResult Regress(Sequential network, PreparedRows train, PreparedRows held)
        {
            var scaler = new StandardScaler();
            try
            {
                scaler.Fit(new ReadOnlyTensorSpan<double>(train.Numbers, [train.Numbers.Length, 1]));
            }
            catch (ColumnException e)
            {
                throw new InvalidDataException($"'{_table.Name}': the values of the label '{_labels.Name}' {e.Reason}.", e);
            }

            (double center, double scale, _) = scaler.AffineMap(0)!.Value;
            IReadOnlyList<EpochResult> history = Fit(
                new Trainer<float>(network, new MeanSquaredError(), Optimizer(network)),
                Targets(train),
                held.RowNumbers.Length == 0 ? null : Targets(held));
            return Finish(history, (center, scale));

            Dataset<float> Targets(PreparedRows rows) => new(
                Tensor.Create(rows.Features, [rows.RowNumbers.Length, preparation.Width]),
                Tensor.Create(Array.ConvertAll(rows.Numbers, number => (float)((number - center) / scale)), [rows.RowNumbers.Length, 1]));
        }

        IReadOnlyList<EpochResult> Classify(Sequential network, PreparedRows train, PreparedRows held)
        {
            var loss = new SoftmaxCrossEntropy(new SoftmaxCrossEntropyOptions
            {
                ClassWeights = _options.BalanceClasses ? BalancedWeights(train.Codes) : null,
                LabelSmoothing = _options.LabelSmoothing,
            });
            return Fit(
                new Trainer<int>(network, loss, Optimizer(network)),
                Classes(train),
                held.RowNumbers.Length == 0 ? null : Classes(held));

            Dataset<int> Classes(PreparedRows rows) => new(
                Tensor.Create(rows.Features, [rows.RowNumbers.Length, preparation.Width]), Tensor.Create(rows.Codes, [rows.Codes.Length]));
        }

        TableTrainingResult Finish(IReadOnlyList<EpochResult> history, (double Center, double Scale) target)
        {
            var model = new TableModel(_labels.Task, _labels.Name, _labels.Classes, target, preparation, network);
            return new TableTrainingResult(
                model,
                _profile,
                _plan.LeftOut,
                history,
                training.Length,
                Measure(model, trainRows),
                heldOut.RowNumbers.Length == 0 ? null : Measure(model, heldOut),
                heldOut,
                trainRows)
            {
                NeverHeldOut = validation.Length == 0 ? [] : _labels.SingleRowClasses,
            };
        }
    }

    /// <summary>The measures of a model on prepared rows.</summary>
    internal static TableEvaluation Evaluate(TableModel model, PreparedRows rows)
    {
        const int Batch = 4096;
        int width = model.Preparation.Width;
        ClassificationMetrics? classification =
            model.Task == TableTask.Classification ? new ClassificationMetrics(model.Classes.Count, names: model.Classes) : null;
        var regression = new RegressionMetrics();
        for (int start = 0; start < rows.RowNumbers.Length; start += Batch)
        {
            int count = Math.Min(Batch, rows.RowNumbers.Length - start);
            TablePredictions predictions = model.Predict(rows.Features.AsSpan(start * width, count * width));
            if (classification is not null)
            {
                classification.Add(rows.Codes.AsSpan(start, count), predictions.AllProbabilities);
            }
            else
            {
                regression.Add(rows.Numbers.AsSpan(start, count), predictions.AllValues);
            }
        }

        return classification is null ? new TableEvaluation(regression) : new TableEvaluation(classification);
    }

    /// <summary>As <see cref="Evaluate"/>, of a network that may have diverged.</summary>
    /// <exception cref="InvalidDataException">Predictions are not finite.</exception>
    private TableEvaluation Measure(TableModel model, PreparedRows rows)
    {
        try
        {
            return Evaluate(model, rows);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException(
                $"The training on '{_table.Name}' diverged: its predictions are not finite; {_options.Hints.Diverged}.", e);
        }
    }

    /// <summary>Prepares sets of rows, in one reading of the table.</summary>
    private PreparedRows[] Prepare(TablePreparation preparation, params IReadOnlyList<int[]> sets)
    {
        int width = preparation.Width;
        float[][] features = [.. sets.Select(set => Allocate(set.Length))];
        int[] filled = new int[sets.Count];
        bool[] counts = Marked([.. sets.SelectMany(set => set)]);
        using TableReader reader = _table.Open();
        preparation.Transform(
            reader,
            (chunk, values) =>
            {
                for (int row = 0; row < chunk.Rows; row++)
                {
                    for (int set = 0; set < sets.Count; set++)
                    {
                        if (filled[set] < sets[set].Length && sets[set][filled[set]] == chunk.FirstRow + row)
                        {
                            values.Slice(row * width, width).CopyTo(features[set].AsSpan(filled[set]++ * width));
                        }
                    }
                }
            },
            counts,
            _cancellationToken);
        return sets.Zip(filled).All(set => set.First.Length == set.Second)
            ? [.. sets.Zip(features, (set, values) => Rows(values, set))]
            : throw new InvalidDataException($"'{_table.Name}' has fewer rows than when it was read first: it was changed.");

        float[] Allocate(int rows) => (long)rows * width <= Array.MaxLength
            ? new float[rows * width]
            : throw new InvalidDataException(Invariant(
                $"'{_table.Name}' has {rows:N0} rows of {width:N0} features, more than the {Array.MaxLength:N0} numbers of an array."));
    }

    private bool[] Marked(int[] rows)
    {
        bool[] counts = new bool[_labels.Rows];
        Array.ForEach(rows, row => counts[row] = true);
        return counts;
    }

    private PreparedRows Rows(float[] features, int[] numbers) => _labels.Task == TableTask.Classification
        ? new PreparedRows(features, Array.ConvertAll(numbers, row => _labels.Codes[row]), [], numbers)
        : new PreparedRows(features, [], Array.ConvertAll(numbers, row => _labels.Numbers[row]), numbers);

    private Sequential Network(TablePreparation preparation)
    {
        var random = new RandomSource(_options.Seed);
        int outputs = _labels.Task == TableTask.Classification ? _labels.Classes.Count : 1;
        int[] offsets = preparation.Offsets();
        CategoryColumn[] embedded =
        [
            .. preparation.Columns.Zip(offsets)
                .Where(pair => pair.First is CategoryPreparation { Encoding: CategoryEncoding.Embedding })
                .Select(pair => (Offset: pair.Second, Categories: ((CategoryPreparation)pair.First).Categories.Count + 1))
                .Select(column => new CategoryColumn(
                    column.Offset, column.Categories, CategoryEmbedding.DefaultDimension(column.Categories))),
        ];
        int inputs = preparation.Width + embedded.Sum(column => column.Dimension - 1);

        // Vectors that begin small: a category of few rows stays near 0, the vector of an unseen one, until its rows say otherwise.
        CategoryEmbedding? embedding = embedded.Length == 0
            ? null
            : new CategoryEmbedding(embedded, random, Initializer.Normal(EmbeddingDeviation));
        for (int i = 0; i < embedded.Length; i++)
        {
            // What does not occur in training has the last vector, which is never trained: 0 says nothing.
            embedding!.Parameters[i].Values[^embedded[i].Dimension..].Clear();
        }

        Sequential perceptron = MultilayerPerceptron.Create(inputs, _options.Hidden, outputs, random, new MultilayerPerceptronOptions
        {
            Normalization = _options.Normalization,
            Activation = _options.Activation,
            Weights = _options.Weights,
            Dropout = _options.Dropout,
        });
        return embedding is null ? perceptron : new Sequential(("embedding", embedding), ("perceptron", perceptron));
    }

    private AdamW Optimizer(Layer network) => new(_options.LearningRate, weightDecay: _options.WeightDecay)
    {
        Groups = [ParameterGroup.WithoutWeightDecay(network)],
    };

    private IReadOnlyList<EpochResult> Fit<TTarget>(Trainer<TTarget> trainer, Dataset<TTarget> training, Dataset<TTarget>? validation)
        where TTarget : unmanaged
    {
        int batch = _options.BatchSizeFor(training.Count);
        IReadOnlyList<EpochResult> history = trainer.Fit(
            training,
            new FitOptions
            {
                Epochs = _options.Epochs,
                BatchSize = batch,
                Seed = _options.Seed,
                DropLast = training.Count % batch == 1, // a single row has no variance
                Schedule = LearningRateSchedule.Cosine,
                EarlyStopping = validation is null ? null : new EarlyStopping { Patience = _options.Patience },
                RestoreBest = validation is not null,
                EpochCompleted = _options.EpochCompleted,
            },
            validation,
            cancellationToken: _cancellationToken);
        _cancellationToken.ThrowIfCancellationRequested();
        return history;
    }

    /// <summary>A weight per class, inverse to its number of rows, with mean 1 over the rows.</summary>
    private float[] BalancedWeights(int[] codes)
    {
        long[] rows = new long[_labels.Classes.Count];
        Array.ForEach(codes, code => rows[code]++);
        int present = rows.Count(count => count > 0);
        return [.. rows.Select(count => count == 0 ? 0 : (float)((double)codes.Length / present / count))];
    }
}
