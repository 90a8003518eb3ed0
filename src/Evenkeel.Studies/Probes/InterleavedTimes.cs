using System.Diagnostics;

namespace Evenkeel.Studies.Probes;

/// <summary>Times of several actions that were measured in turn, so that changes of the machine's speed affect all of them.</summary>
/// <param name="rounds">The time of each action in milliseconds, for each round.</param>
internal sealed class InterleavedTimes(IReadOnlyList<double[]> rounds)
{
    /// <summary>Times each action once per round; rounds differ in the first action, and every second one is in reverse order.</summary>
    /// <param name="count">The number of rounds; a quarter as many are made before, to warm up.</param>
    /// <param name="prepare">What to do before each round; its time does not count.</param>
    /// <param name="actions">The actions.</param>
    /// <param name="cancellationToken">Cancels the measurement.</param>
    public static InterleavedTimes Measure(
        int count, Action prepare, IReadOnlyList<Action> actions, CancellationToken cancellationToken)
    {
        int warmUp = (count + 3) / 4;
        var rounds = new List<double[]>();
        for (int round = 0; round < warmUp + count; round++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            prepare();
            double[] times = new double[actions.Count];
            for (int i = 0; i < actions.Count; i++)
            {
                int turn = (round / 2 + i) % actions.Count, action = round % 2 == 0 ? turn : actions.Count - 1 - turn;
                long start = Stopwatch.GetTimestamp();
                actions[action]();
                times[action] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            }

            if (round >= warmUp)
            {
                rounds.Add(times);
            }
        }

        return new InterleavedTimes(rounds);
    }

    /// <summary>The median time of an action in milliseconds.</summary>
    /// <param name="action">The index of the action.</param>
    public double Milliseconds(int action) => Median(rounds.Select(times => times[action]));

    /// <summary>The median over the rounds of the ratio of two actions' times.</summary>
    /// <param name="action">The index of the action.</param>
    /// <param name="baseline">The index of the action that it is compared with.</param>
    public double Ratio(int action, int baseline) => Median(rounds.Select(times => times[action] / times[baseline]));

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
