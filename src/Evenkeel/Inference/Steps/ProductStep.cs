using Evenkeel.Numerics.Inference;

namespace Evenkeel.Inference.Steps;

/// <summary>A linear layer or a convolution, with what is fused behind it, as a product of rows with packed weights.</summary>
/// <remarks>A row is a pixel of the target. A convolution of several groups has a product for each.</remarks>
internal sealed unsafe class ProductStep : DivisibleStep
{
    /// <summary>Rows that are multiplied with all panels before the next, so that they stay in the second-level cache.</summary>
    public const int RowsPerBlock = 256;

    /// <summary>Rows of a tile of registers.</summary>
    public const int TileRows = 8;

    private readonly PackedProduct[] _groups;
    private readonly int _groupInputs;
    private readonly ActivationBuffer _source;
    private readonly ActivationBuffer _target;
    private readonly ActivationBuffer? _residual;
    private readonly int _samplesPerTable;
    private readonly bool _isLargerThanSource;

    /// <summary>Creates a step.</summary>
    /// <param name="name">"linear", "convolution".</param>
    /// <param name="groups">A product for each group of channels, of the rows of one or several samples.</param>
    /// <param name="groupInputs">The input channels of a group.</param>
    /// <param name="source">The activations that are multiplied.</param>
    /// <param name="target">Receives the results.</param>
    /// <param name="residual">The activations that are added; null for none.</param>
    public ProductStep(
        string name, PackedProduct[] groups, int groupInputs, ActivationBuffer source, ActivationBuffer target, ActivationBuffer? residual)
    {
        _groups = groups;
        _groupInputs = groupInputs;
        _source = source;
        _target = target;
        _residual = residual;
        _samplesPerTable = groups[0].Rows / target.Layout.Pixels;
        WeightBytes = groups.Sum(group => group.Matrix.Bytes);
        _isLargerThanSource = WeightBytes > sizeof(float) * (long)source.Layout.SampleStride;
        MultiplyAdds = groups.Sum(group => (long)group.Matrix.Depth * group.Matrix.Columns) * target.Layout.Pixels;
        Kind = name + (residual is null ? "" : " + residual") + (groups[0].Relu ? " + relu" : "");
    }

    /// <inheritdoc/>
    public override string Kind { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<ActivationBuffer> Sources => _residual is null ? [_source] : [_source, _residual];

    /// <inheritdoc/>
    public override ActivationBuffer Target => _target;

    /// <inheritdoc/>
    public override long WeightBytes { get; }

    /// <inheritdoc/>
    public override long MultiplyAdds { get; }

    /// <inheritdoc/>
    public override void Invoke(in SubBatch batch, int part, int parts)
    {
        // Parts of the rows read all weights, and parts of the panels of weights read all rows: divide the larger of the two.
        bool byPanels = _samplesPerTable > 1 || _target.Layout.Pixels < TileRows * parts || _isLargerThanSource;
        for (int sample = 0; sample < batch.Samples; sample += _samplesPerTable)
        {
            int rows = Math.Min(_samplesPerTable, batch.Samples - sample) * _target.Layout.Pixels;
            int firstRow = byPanels ? 0 : Start(rows, part, parts), endRow = byPanels ? rows : Start(rows, part + 1, parts);
            for (int row = firstRow; row < endRow; row += RowsPerBlock)
            {
                Multiply(batch, sample, row, Math.Min(endRow, row + RowsPerBlock), byPanels ? (part, parts) : (0, 1));
            }
        }
    }

    private void Multiply(in SubBatch batch, int sample, int firstRow, int endRow, (int Index, int Count) panelPart)
    {
        float* source = batch.Address(_source) + (nint)sample * _source.Layout.SampleStride;
        float* target = batch.Address(_target) + (nint)sample * _target.Layout.SampleStride;
        float* residual = _residual is null ? null : batch.Address(_residual) + (nint)sample * _residual.Layout.SampleStride;
        for (int group = 0; group < _groups.Length; group++)
        {
            PackedProduct product = _groups[group];
            int panels = product.Matrix.Panels, column = group * product.Matrix.Columns;
            product.Run(
                source + group * _groupInputs,
                target + column,
                residual == null ? null : residual + column,
                firstRow..endRow,
                Start(panels, panelPart.Index, panelPart.Count)..Start(panels, panelPart.Index + 1, panelPart.Count));
        }
    }
}
