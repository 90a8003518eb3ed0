namespace Evenkeel.Tables.Preparation;

/// <summary>How categories become numbers.</summary>
public enum CategoryEncoding
{
    /// <summary>A feature per category, which is 1 where the cell has it and 0 elsewhere.</summary>
    OneHot,

    /// <summary>One feature, the position of the category in <see cref="CategoryPreparation.Categories"/>, standardized.</summary>
    Ordinal,

    /// <summary>
    /// One feature, the position of the category, for a <see cref="Layers.CategoryEmbedding"/> at the beginning of the network.
    /// </summary>
    Embedding,
}
