using Evenkeel.Data;

namespace Evenkeel.Studies.Training;

/// <summary>Takes a part of a study's samples.</summary>
internal static class Samples
{
    /// <summary>Returns the first samples, or all if there are fewer.</summary>
    /// <param name="data">The samples.</param>
    /// <param name="count">The largest number to take.</param>
    public static Dataset<int> TakeUpTo(this Dataset<int> data, int count) => data.Take(Math.Min(count, data.Count));
}
