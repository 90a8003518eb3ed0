using System.Numerics.Tensors;
using static System.FormattableString;

namespace Evenkeel.Training;

/// <summary>Results of epochs, and a position, as tensors of a checkpoint, which hold NaN and infinity too.</summary>
internal static class EpochResults
{
    private const int Columns = 10;
    private const int PositionLength = 11;

    /// <summary>Writes a row per epoch.</summary>
    public static Tensor<double> Write(IReadOnlyList<EpochResult> results)
    {
        double[] rows =
        [
            .. results.SelectMany(static result => (double[])
            [
                result.Number, result.Loss, result.Updates, result.Samples, result.Elapsed.TotalSeconds, result.Completed ? 1 : 0,
                result.LearningRate,
                result.Validation?.Loss ?? 0, result.Validation?.Accuracy ?? double.NaN, result.Validation?.Samples ?? 0,
            ]),
        ];
        return Tensor.Create(rows, [results.Count, Columns]);
    }

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The tensor has another shape.</exception>
    public static IEnumerable<EpochResult> Read(Tensor<double> rows) =>
        rows.Rank == 2 && rows.Lengths[1] == Columns
            ? rows.ToArray().Chunk(Columns).Select(Read)
            : throw new InvalidDataException("The checkpoint's results of epochs have another shape.");

    /// <summary>Writes a position.</summary>
    /// <param name="position">The position.</param>
    /// <param name="elapsed">The duration of its epoch so far.</param>
    public static Tensor<double> WritePosition(FitPosition position, TimeSpan elapsed) => Tensor.Create(
    [
        position.FirstEpoch, position.Epoch, position.Step, position.LossSum, position.Samples, position.LearningRate,
        elapsed.TotalSeconds, position.BestMeasure, position.BestEpoch, position.ImprovedMeasure, position.EpochsWithoutImprovement,
    ]);

    /// <summary>Reads what <see cref="WritePosition"/> wrote.</summary>
    /// <param name="numbers">The numbers.</param>
    /// <param name="results">The results of the call's completed epochs.</param>
    /// <exception cref="InvalidDataException">A tensor has another shape.</exception>
    public static FitPosition ReadPosition(Tensor<double> numbers, Tensor<double> results) =>
        numbers.Rank == 1 && numbers.Lengths[0] == PositionLength && numbers.ToArray() is
            [
                var first, var epoch, var step, var loss, var samples, var rate, var elapsed,
                var best, var bestEpoch, var improved, var without,
            ]
            ? new FitPosition
            {
                FirstEpoch = Integer(first),
                Epoch = Integer(epoch),
                Step = Integer(step),
                LossSum = loss,
                Samples = Integer(samples),
                LearningRate = rate,
                ElapsedSeconds = Seconds(elapsed),
                BestMeasure = best,
                BestEpoch = Integer(bestEpoch),
                ImprovedMeasure = improved,
                EpochsWithoutImprovement = Integer(without),
                Results = [.. Read(results)],
            }
            : throw new InvalidDataException("The checkpoint's position in training has another shape.");

    private static EpochResult Read(double[] row) =>
        new(Integer(row[0]), row[1], Integer(row[2]), Integer(row[3]), TimeSpan.FromSeconds(Seconds(row[4])), row[5] != 0)
        {
            LearningRate = row[6],
            Validation = row[9] > 0 ? new Evaluation(row[7], double.IsNaN(row[8]) ? null : row[8], Integer(row[9])) : null,
        };

    private static int Integer(double value) => value is >= 0 and <= int.MaxValue && double.IsInteger(value)
        ? (int)value
        : throw new InvalidDataException(Invariant($"The checkpoint has {value} for a number of epochs, steps or samples."));

    private static double Seconds(double value) => value is >= 0 and < 1e11
        ? value
        : throw new InvalidDataException(Invariant($"The checkpoint has a duration of {value} seconds."));
}
