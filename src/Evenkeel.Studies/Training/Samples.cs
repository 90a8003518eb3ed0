using Evenkeel.Data;

namespace Evenkeel.Studies.Training;

/// <summary>Parts of the samples that a study is given.</summary>
internal static class Samples
{
    /// <summary>The first samples, or all where there are fewer.</summary>
    /// <param name="data">The samples.</param>
    /// <param name="count">How many at the most.</param>
    public static Dataset<int> TakeUpTo(this Dataset<int> data, int count) => data.Take(Math.Min(count, data.Count));
}
