using Evenkeel.Numerics.Buffers;

namespace Evenkeel.Numerics.Pointwise;

/// <summary>The codes of categories, whole numbers that tensors hold as floats.</summary>
internal static class CategoryCodes
{
    /// <summary>The most categories: floats hold each whole number up to 2²⁴ exactly.</summary>
    public const int MaximumCategories = 1 << 24;

    /// <summary>Converts the values of a column, which are <paramref name="stride"/> apart, to row numbers.</summary>
    /// <param name="values">The values of all columns, row by row.</param>
    /// <param name="column">The column; 0 where the stride is 1.</param>
    /// <param name="stride">The number of columns.</param>
    /// <param name="categories">The number of categories.</param>
    /// <param name="codes">Receives the codes, one per row.</param>
    /// <returns>The first row whose value is not a whole number from 0 to categories − 1, and the value; null if there is none.</returns>
    public static (int Row, float Value)? Convert(ReadOnlySpan<float> values, int column, int stride, int categories, Span<int> codes)
    {
        SpanChecks.Length(values, codes.Length * stride);
        for (int row = 0; row < codes.Length; row++)
        {
            float value = values[row * stride + column];
            if (!TryConvert(value, categories, out codes[row]))
            {
                return (row, value);
            }
        }

        return null;
    }

    /// <summary>Converts a value; false if it is not a whole number from 0 to categories − 1.</summary>
    public static bool TryConvert(float value, int categories, out int code)
    {
        code = (int)value; // saturated, and 0 for NaN
        return code == value && (uint)code < (uint)categories;
    }
}
