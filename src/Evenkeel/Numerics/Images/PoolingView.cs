namespace Evenkeel.Numerics.Images;

/// <summary>
/// A dense tensor of images as pooling sees it, [planes, rows, columns, depth]: [N, H, W, C] as it is, and [N, C, H, W] with N·C
/// planes of depth 1.
/// </summary>
/// <param name="Planes">The number of planes.</param>
/// <param name="Rows">The windows down a plane.</param>
/// <param name="Columns">The windows along its rows.</param>
/// <param name="Depth">How many elements lie at each place.</param>
internal readonly record struct PoolingView(int Planes, PoolingAxis Rows, PoolingAxis Columns, int Depth)
{
    /// <summary>How many elements there are.</summary>
    public int InputLength => Planes * Rows.Inputs * Columns.Inputs * Depth;

    /// <summary>How many elements the pooled tensor has.</summary>
    public int OutputLength => Planes * Rows.Outputs * Columns.Outputs * Depth;

    /// <summary>How many places a window has.</summary>
    public long Area => (long)Rows.Kernel * Columns.Kernel;
}
