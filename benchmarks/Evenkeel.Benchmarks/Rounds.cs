namespace Evenkeel.Benchmarks;

/// <summary>Times rivals by turns, so that a machine whose speed drifts is as unkind to one as to the other.</summary>
/// <remarks>
/// Every round has a turn of each rival, in alternating order (ABBA), and a ratio is taken within a round. A turn begins with calls that
/// are not timed, which bring the rival's data back into the caches and wake its threads.
/// </remarks>
internal sealed class Rounds
{
    /// <summary>Threads of the other process go on looking for work for a moment.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(30);

    private readonly Dictionary<Rival, double[]> _seconds;

    private Rounds(Dictionary<Rival, double[]> seconds) => _seconds = seconds;

    /// <summary>Times the rivals by turns.</summary>
    /// <param name="count">How many rounds.</param>
    /// <param name="turn">How long a turn is to be at least; it has at least two calls.</param>
    /// <param name="warmUp">How long each rival is called before, until the runtime has compiled the code at its best.</param>
    /// <param name="rivals">The rivals, in the order of their turns in the first round.</param>
    public static Rounds Take(int count, TimeSpan turn, TimeSpan warmUp, params IReadOnlyList<Rival> rivals)
    {
        int[] calls = [.. rivals.Select(rival => Math.Max(2, (int)Math.Ceiling(turn.TotalSeconds / WarmSeconds(rival, warmUp))))];
        var seconds = rivals.ToDictionary(rival => rival, _ => new double[count]);
        Rival before = rivals[^1];
        for (int round = 0; round < count; round++)
        {
            for (int turns = 0; turns < rivals.Count; turns++)
            {
                int i = round % 2 == 0 ? turns : rivals.Count - 1 - turns;
                if (rivals[i].IsElsewhere != before.IsElsewhere)
                {
                    Thread.Sleep(Pause);
                    before.Rest?.Invoke();
                }

                before = rivals[i];
                rivals[i].Seconds(Math.Max(1, calls[i] / 4));
                seconds[rivals[i]][round] = rivals[i].Seconds(calls[i]);
            }
        }

        return new Rounds(seconds);
    }

    /// <summary>The median time of one call of each rival, in seconds.</summary>
    public static double[] MedianSeconds(params Action[] rivals)
    {
        Rival[] timed = Array.ConvertAll(rivals, Rival.Of);
        Rounds rounds = Take(9, TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(20), timed);
        return Array.ConvertAll(timed, rounds.Seconds);
    }

    /// <summary>The median time of one call, in seconds.</summary>
    public double Seconds(Rival rival) => new Quartiles(_seconds[rival]).Median;

    /// <summary>The time of one call in the fastest round, in seconds: the one that other programs disturbed least.</summary>
    public double FastestSeconds(Rival rival) => _seconds[rival].Min();

    /// <summary>How many times as long one takes as another: the quartiles of the rounds' ratios.</summary>
    public Quartiles Ratio(Rival rival, Rival to) => new(_seconds[rival].Zip(_seconds[to], (a, b) => a / b));

    private static double WarmSeconds(Rival rival, TimeSpan warmUp)
    {
        double seconds = 0;
        int calls = 1;
        for (double spent = 0; spent < warmUp.TotalSeconds; spent += seconds * calls, calls *= 2)
        {
            seconds = rival.Seconds(calls);
        }

        return seconds;
    }
}
