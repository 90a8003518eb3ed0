using System.Diagnostics;

namespace Evenkeel.Benchmarks;

/// <summary>One of those that <see cref="Rounds"/> times by turns.</summary>
/// <param name="Seconds">Makes so many calls and says what one took, in seconds.</param>
/// <param name="IsElsewhere">Whether the calls run in another process.</param>
/// <param name="Rest">Waits until its threads sleep; null where they do soon after a call.</param>
internal sealed record Rival(Func<int, double> Seconds, bool IsElsewhere, Action? Rest = null)
{
    /// <summary>A call in this process.</summary>
    public static Rival Of(Action call) => new(
        calls =>
        {
            long start = Stopwatch.GetTimestamp();
            for (int i = 0; i < calls; i++)
            {
                call();
            }

            return Stopwatch.GetElapsedTime(start).TotalSeconds / calls;
        },
        IsElsewhere: false);
}
