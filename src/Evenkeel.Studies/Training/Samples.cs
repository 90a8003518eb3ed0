using System.Numerics.Tensors;
using Evenkeel.Data;
using Evenkeel.Training;

namespace Evenkeel.Studies.Training;

/// <summary>Takes a part of a study's samples.</summary>
internal static class Samples
{
    /// <summary>Returns the first samples, or all if there are fewer.</summary>
    /// <param name="data">The samples.</param>
    /// <param name="count">The largest number to take.</param>
    public static Dataset<int> TakeUpTo(this Dataset<int> data, int count) => data.Take(Math.Min(count, data.Count));

    /// <summary>The inputs of all samples, in slices of the size of an evaluation's batch.</summary>
    /// <param name="data">The samples.</param>
    public static Tensor<float>[] InputSlices(this Dataset<int> data)
    {
        const int Size = Trainer<int>.EvaluationBatch;
        return
        [
            .. Enumerable.Range(0, data.BatchCount(Size)).Select(i =>
                data.Slice(i * Size, Math.Min(Size, data.Count - i * Size)).Inputs),
        ];
    }
}
