using System.Globalization;
using System.Runtime.CompilerServices;

namespace Evenkeel.Normalization;

/// <summary>How far Batch Renormalization may correct, over the steps of training.</summary>
/// <remarks>With r_max = 1 and d_max = 0 it is plain batch normalization, which is how training should begin.</remarks>
public sealed class RenormSchedule
{
    private readonly Func<long, (double RMax, double DMax)> _limits;

    private RenormSchedule(Func<long, (double RMax, double DMax)> limits) => _limits = limits;

    /// <summary>The limits of a constant schedule, or those that a linear one ends with; null for a function of the user's.</summary>
    internal (double RMax, double DMax)? Ends { get; private init; }

    /// <summary>The steps of a linear schedule; null for another one.</summary>
    internal (long WarmUp, long RMaxAt, long DMaxAt)? Steps { get; private init; }

    /// <summary>
    /// The paper's: plain batch normalization for 5,000 steps, then r_max to 3 at step 40,000 and d_max to 5 at step 25,000.
    /// </summary>
    public static RenormSchedule Paper { get; } = Linear(warmUp: 5_000, rMax: 3, rMaxAt: 40_000, dMax: 5, dMaxAt: 25_000);

    /// <summary>A schedule of your own.</summary>
    /// <param name="limits">Gives the limits of a step by how many there were before: r_max, at least 1, and d_max, at least 0.</param>
    public static RenormSchedule Of(Func<long, (double RMax, double DMax)> limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        return new RenormSchedule(limits);
    }

    /// <summary>The same limits at each step.</summary>
    /// <param name="rMax">The largest correction of the scale, at least 1; it may also shrink to its inverse. Infinite for any.</param>
    /// <param name="dMax">The largest correction of the shift, at least 0. Infinite for any.</param>
    /// <exception cref="ArgumentOutOfRangeException">A limit is out of its range.</exception>
    public static RenormSchedule Constant(double rMax, double dMax)
    {
        Check(rMax >= 1, rMax, "at least 1");
        Check(dMax >= 0, dMax, "at least 0");
        return new RenormSchedule(_ => (rMax, dMax)) { Ends = (rMax, dMax) };
    }

    /// <summary>Plain batch normalization for a while, then limits that grow in even steps to their ends.</summary>
    /// <param name="warmUp">The number of steps with r_max = 1 and d_max = 0, not negative.</param>
    /// <param name="rMax">The last r_max, at least 1 and finite.</param>
    /// <param name="rMaxAt">The step from which r_max is that, not before the warm-up's end.</param>
    /// <param name="dMax">The last d_max, at least 0 and finite.</param>
    /// <param name="dMaxAt">The step from which d_max is that, not before the warm-up's end.</param>
    /// <exception cref="ArgumentOutOfRangeException">A limit or a step is out of its range.</exception>
    public static RenormSchedule Linear(long warmUp, double rMax, long rMaxAt, double dMax, long dMaxAt)
    {
        Check(rMax >= 1 && double.IsFinite(rMax), rMax, "at least 1 and finite");
        Check(dMax >= 0 && double.IsFinite(dMax), dMax, "at least 0 and finite");
        ArgumentOutOfRangeException.ThrowIfNegative(warmUp);
        ArgumentOutOfRangeException.ThrowIfLessThan(rMaxAt, warmUp);
        ArgumentOutOfRangeException.ThrowIfLessThan(dMaxAt, warmUp);
        return new RenormSchedule(step => (1 + (rMax - 1) * Progress(step, warmUp, rMaxAt), dMax * Progress(step, warmUp, dMaxAt)))
        {
            Ends = (rMax, dMax),
            Steps = (warmUp, rMaxAt, dMaxAt),
        };
    }

    /// <summary>The limits at a step.</summary>
    /// <param name="step">How many training steps there were before this one.</param>
    /// <exception cref="InvalidOperationException">The schedule gives limits out of their range.</exception>
    public (double RMax, double DMax) At(long step)
    {
        (double rMax, double dMax) = _limits(step);
        return rMax >= 1 && dMax >= 0
            ? (rMax, dMax)
            : throw new InvalidOperationException(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"At step {step}, the schedule gives r_max {rMax} and d_max {dMax}; they must be at least 1 and at least 0."));
    }

    private static double Progress(long step, long start, long end) =>
        step < start ? 0 : step >= end ? 1 : (double)(step - start) / (end - start);

    private static void Check(bool inRange, double limit, string range, [CallerArgumentExpression(nameof(limit))] string? name = null)
    {
        if (!inRange)
        {
            throw new ArgumentOutOfRangeException(name, limit, $"The limit must be {range}.");
        }
    }
}
