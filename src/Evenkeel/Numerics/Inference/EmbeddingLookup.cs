using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Numerics.Inference;

/// <summary>Copies the vectors of categories, code by code.</summary>
internal static unsafe class EmbeddingLookup
{
    /// <summary>Writes the vectors of codes.</summary>
    /// <param name="source">The activations of a sample.</param>
    /// <param name="codes">The offset of each code.</param>
    /// <param name="table">The vectors.</param>
    /// <param name="categories">The number of vectors.</param>
    /// <param name="target">Receives the activations of the sample.</param>
    /// <param name="vectors">The offset of each vector.</param>
    /// <param name="stride">The distance between the elements of a vector.</param>
    /// <returns>The first code that is not a whole number from 0 to categories − 1; −1 if there is none.</returns>
    public static int Run(
        float* source,
        ReadOnlySpan<int> codes,
        ReadOnlySpan<float> table,
        int categories,
        float* target,
        ReadOnlySpan<int> vectors,
        int stride)
    {
        int dimension = table.Length / categories;
        for (int i = 0; i < codes.Length; i++)
        {
            if (!CategoryCodes.TryConvert(source[codes[i]], categories, out int code))
            {
                return i;
            }

            ReadOnlySpan<float> vector = table.Slice(code * dimension, dimension);
            float* to = target + vectors[i];
            if (stride == 1)
            {
                vector.CopyTo(new Span<float>(to, dimension));
                continue;
            }

            for (int j = 0; j < dimension; j++)
            {
                to[(nint)j * stride] = vector[j];
            }
        }

        return -1;
    }
}
