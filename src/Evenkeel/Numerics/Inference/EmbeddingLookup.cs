using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Numerics.Inference;

/// <summary>Copies the vectors of categories, code by code.</summary>
internal static unsafe class EmbeddingLookup
{
    /// <summary>Writes the vectors of codes one after the other.</summary>
    /// <param name="codes">The codes.</param>
    /// <param name="count">The number of codes.</param>
    /// <param name="table">The vectors.</param>
    /// <param name="categories">The number of vectors.</param>
    /// <param name="dimension">The length of a vector.</param>
    /// <param name="target">Receives the vectors.</param>
    /// <returns>The first element that is not a whole number from 0 to categories − 1; −1 if there is none.</returns>
    public static int Run(float* codes, int count, ReadOnlySpan<float> table, int categories, int dimension, float* target)
    {
        for (int i = 0; i < count; i++)
        {
            if (!CategoryCodes.TryConvert(codes[i], categories, out int code))
            {
                return i;
            }

            table.Slice(code * dimension, dimension).CopyTo(new Span<float>(target + (nint)i * dimension, dimension));
        }

        return -1;
    }
}
