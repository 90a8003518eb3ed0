using Evenkeel.Numerics.Loops;

namespace Evenkeel.Tests.Support;

/// <summary>What <see cref="MemoryStrategy"/> may be forced to.</summary>
internal static class Strategies
{
    /// <summary>The one that every shape has, and with which the others are compared.</summary>
    public const string Plain = "sweeps,cached";

    /// <summary>All that the environment may force, and nothing.</summary>
    public static string[] All { get; } = ["", Plain, "sweeps,streamed", "sets,cached", "sets,streamed", "fused,cached", "fused,streamed"];

    /// <summary>Runs an action with a strategy forced; process-wide, as is <see cref="ProcessWideState.WithThreads"/>.</summary>
    public static void With(string strategy, Action action)
    {
        MemoryStrategy.Force before = MemoryStrategy.Forced;
        MemoryStrategy.Forced = MemoryStrategy.Force.Parse(strategy);
        try
        {
            action();
        }
        finally
        {
            MemoryStrategy.Forced = before;
        }
    }

    /// <summary>What an action gives with a strategy forced.</summary>
    public static T With<T>(string strategy, Func<T> action)
    {
        T? result = default;
        With(strategy, () => { result = action(); });
        return result!;
    }
}
