using Evenkeel.Numerics;
using Evenkeel.Numerics.Pointwise;
using static System.FormattableString;

namespace Evenkeel.Layers;

/// <summary>The vectors of categories, and the sizes that they may have.</summary>
internal static class EmbeddingTable
{
    /// <summary>Throws if a table has no categories, more than floats count exactly, or vectors without elements.</summary>
    public static void Check(int categories, int dimension, string categoriesName, string dimensionName)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(categories, 1, categoriesName);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(categories, CategoryCodes.MaximumCategories, categoriesName);
        ArgumentOutOfRangeException.ThrowIfLessThan(dimension, 1, dimensionName);
    }

    /// <summary>Draws the vectors of a table.</summary>
    public static void Fill(Parameter weight, Initializer? weights, RandomSource random)
    {
        int categories = (int)weight.Value.Lengths[0], dimension = (int)weight.Value.Lengths[1];
        (weights ?? Initializer.Normal(1)).Fill(weight.Values, dimension, categories, random.Next());
    }

    /// <summary>The error of a value that is no code.</summary>
    /// <param name="value">The value.</param>
    /// <param name="position">Its position in the input.</param>
    /// <param name="categories">The number of categories.</param>
    /// <param name="parameter">The name of the parameter that is the input.</param>
    public static ArgumentException NotACode(float value, ReadOnlySpan<nint> position, int categories, string parameter) => new(
        Invariant($"The input at {Shape.Describe(position)} is {value}; its embedding takes whole numbers from 0 to {categories - 1}. ")
        + "Give missing and unknown categories a code of their own, and do not scale codes.",
        parameter);

    /// <summary>Turns the index of an element into its position.</summary>
    public static nint[] Position(nint index, ReadOnlySpan<nint> lengths)
    {
        var position = new nint[lengths.Length];
        for (int axis = lengths.Length - 1; axis >= 0; axis--)
        {
            (index, position[axis]) = Math.DivRem(index, lengths[axis]);
        }

        return position;
    }
}
