namespace Evenkeel.Layers;

/// <summary>A column of a table that holds the codes of categories, and the vectors that replace them.</summary>
/// <param name="Column">The column's index, from 0.</param>
/// <param name="Categories">The number of categories, from 1 to 2²⁴.</param>
/// <param name="Dimension">The length of a category's vector, at least 1.</param>
public readonly record struct CategoryColumn(int Column, int Categories, int Dimension)
{
    /// <summary>Describes a column whose vectors have the length of <see cref="CategoryEmbedding.DefaultDimension"/>.</summary>
    /// <param name="column">The column's index, from 0.</param>
    /// <param name="categories">The number of categories, from 1 to 2²⁴.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="categories"/> is below 1.</exception>
    public CategoryColumn(int column, int categories)
        : this(column, categories, CategoryEmbedding.DefaultDimension(categories))
    {
    }
}
