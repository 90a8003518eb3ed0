using System.Diagnostics;

namespace Evenkeel.Benchmarks;

/// <summary>Times rivals by turns, so that a machine whose speed drifts is as unkind to one as to the other.</summary>
internal static class Rounds
{
    private const int Count = 9;
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(10);

    /// <summary>The median time of one call of each rival, in seconds.</summary>
    public static double[] MedianSeconds(params ReadOnlySpan<Action> rivals)
    {
        var calls = new int[rivals.Length];
        for (int i = 0; i < rivals.Length; i++)
        {
            // Calls until the code is compiled at its best and a turn is filled.
            calls[i] = 1;
            for (double seconds = 0; seconds < Turn.TotalSeconds; calls[i] *= 2)
            {
                seconds = Seconds(rivals[i], calls[i]);
            }
        }

        var times = new double[rivals.Length][];
        for (int i = 0; i < rivals.Length; i++)
        {
            times[i] = new double[Count];
        }

        for (int round = 0; round < Count; round++)
        {
            for (int i = 0; i < rivals.Length; i++)
            {
                times[i][round] = Seconds(rivals[i], calls[i]) / calls[i];
            }
        }

        return Array.ConvertAll(times, Median);
    }

    private static double Seconds(Action action, int calls)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < calls; i++)
        {
            action();
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Median(double[] values)
    {
        Array.Sort(values);
        return values[values.Length / 2];
    }
}
