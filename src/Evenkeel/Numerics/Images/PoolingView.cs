namespace Evenkeel.Numerics.Images;

/// <summary>A dense tensor of images as pooling sees it: [planes, rows, columns, depth].</summary>
/// <remarks>[N, H, W, C] has N planes of depth C; [N, C, H, W] has N·C planes of depth 1.</remarks>
/// <param name="Planes">The number of planes.</param>
/// <param name="Rows">The windows down a plane.</param>
/// <param name="Columns">The windows along its rows.</param>
/// <param name="Depth">The number of elements at each position of a plane.</param>
internal readonly record struct PoolingView(int Planes, PoolingAxis Rows, PoolingAxis Columns, int Depth)
{
    /// <summary>The number of elements.</summary>
    public int InputLength => Planes * Rows.Inputs * Columns.Inputs * Depth;

    /// <summary>The number of elements of the pooled tensor.</summary>
    public int OutputLength => Planes * Rows.Outputs * Columns.Outputs * Depth;

    /// <summary>True if each window has <see cref="Area"/> elements, those of the padding among them.</summary>
    public bool IsCoveredByPadding => Rows.IsCoveredByPadding && Columns.IsCoveredByPadding;

    /// <summary>The number of positions of a window.</summary>
    public long Area => (long)Rows.Kernel * Columns.Kernel;
}
