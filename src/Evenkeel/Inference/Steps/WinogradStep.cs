using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Inference;
using Evenkeel.Numerics.Matrices;

namespace Evenkeel.Inference.Steps;

/// <summary>A convolution with filters of 3×3 by <see cref="Winograd"/>'s method, with what is fused behind it.</summary>
/// <remarks>Each of the 16 elements of the transformed tiles is a product of rows, one row per tile, with packed weights.</remarks>
internal sealed unsafe class WinogradStep : Step
{
    /// <summary>Floats of the transformed tiles, inputs or outputs, that are in the cache at the same time.</summary>
    private const int MaxFloats = 32 * 1024;

    private readonly PackedProduct[] _products;
    private readonly AlignedBuffer _bias;
    private readonly Activations _source;
    private readonly Activations _target;
    private readonly Activations? _residual;
    private readonly bool _relu;
    private readonly int _tileRows;

    /// <summary>Creates a step.</summary>
    /// <param name="filters">The filters [outputs, inputs, 3, 3].</param>
    /// <param name="bias">The bias of each output; empty for 0.</param>
    /// <param name="padding">The rows and columns of zeros on each side.</param>
    /// <param name="relu">True if a ReLU follows.</param>
    /// <param name="source">The images, with a border of at least the padding.</param>
    /// <param name="target">Receives the results; rows and columns are even.</param>
    /// <param name="residual">The activations that are added; null for none.</param>
    public WinogradStep(
        ReadOnlySpan<float> filters,
        ReadOnlySpan<float> bias,
        (int Rows, int Columns) padding,
        bool relu,
        Activations source,
        Activations target,
        Activations? residual)
    {
        (_source, _target, _residual, _relu) = (source, target, residual, relu);
        FirstInput = source.Layout.Offset(-padding.Rows, -padding.Columns);
        _bias = AlignedBuffer.Of(target.Layout.PixelStride);
        bias.CopyTo(_bias.Span);
        int inputs = source.Layout.Channels, outputs = target.Layout.Channels;
        int widest = Math.Max(source.Layout.PixelStride, target.Layout.PixelStride);
        _tileRows = Math.Max(1, MaxFloats / (Winograd.Elements * widest * TilesInRow));
        var rows = new RowOffsets(_tileRows * TilesInRow);
        for (int i = 0; i < rows.Count; i++)
        {
            rows.Set(i, new RowOffsets.Row(i * source.Layout.PixelStride, i * target.Layout.PixelStride, 0));
        }

        _products = [.. Winograd.TransformFilters(filters).Select(weights => new PackedProduct(
            new PackedMatrix(new MatrixView(weights, outputs, inputs).Transposed, [], balanced: true),
            rows,
            [new DepthSegments.Segment { Offset = 0, Length = inputs }],
            1))];
        WeightBytes = _products.Sum(product => product.Matrix.Bytes) + sizeof(float) * (long)_bias.Length;
        MultiplyAdds = (long)Winograd.Elements * inputs * outputs * TilesInRow * TileRowsInSample;
        Kind = "Winograd convolution" + (residual is null ? "" : " + residual") + (relu ? " + relu" : "");
    }

    /// <inheritdoc/>
    public override string Kind { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<Activations> Sources => _residual is null ? [_source] : [_source, _residual];

    /// <inheritdoc/>
    public override Activations Target => _target;

    /// <inheritdoc/>
    public override long WeightBytes { get; }

    /// <inheritdoc/>
    public override long MultiplyAdds { get; }

    private int FirstInput { get; }

    private int TilesInRow => _target.Layout.Width / Winograd.Outputs;

    private int TileRowsInSample => _target.Layout.Height / Winograd.Outputs;

    /// <inheritdoc/>
    public override void Invoke(in Run run, int part, int parts)
    {
        if (part == 0)
        {
            _target.Layout.ClearBorder(run.Address(_target), run.Samples);
        }

        int rows = run.Samples * TileRowsInSample, end = Start(rows, part + 1, parts);
        for (int row = Start(rows, part, parts); row < end; row += _tileRows)
        {
            ComputeTileRows(run, row, Math.Min(end, row + _tileRows));
        }
    }

    /// <summary>Computes rows of tiles, which are numbered through all samples.</summary>
    private void ComputeTileRows(in Run run, int firstRow, int endRow)
    {
        ActivationLayout source = _source.Layout, target = _target.Layout;
        int rows = endRow - firstRow, tiles = rows * TilesInRow;

        // A cache line more than a multiple of a page, which would put all elements of a tile into the same few lines of the cache.
        nint inputStride = (nint)tiles * source.PixelStride + CacheLine.Floats;
        nint outputStride = (nint)tiles * target.PixelStride + CacheLine.Floats;
        float* inputs = ThreadScratch.OfThisThread(ScratchUse.Window, Winograd.Elements * inputStride);
        float* outputs = ThreadScratch.OfThisThread(ScratchUse.Other, Winograd.Elements * outputStride);
        for (int i = 0; i < rows; i++)
        {
            Winograd.TransformInputs(
                Pixel(run, _source, firstRow + i) + FirstInput,
                source.RowStride,
                source.PixelStride,
                TilesInRow,
                inputs + (nint)i * TilesInRow * source.PixelStride,
                inputStride);
        }

        for (int element = 0; element < Winograd.Elements; element++)
        {
            PackedProduct product = _products[element];
            product.Run(
                inputs + element * inputStride, outputs + element * outputStride, null, 0..tiles, 0..product.Matrix.Panels);
        }

        fixed (float* bias = _bias.Span)
        {
            for (int i = 0; i < rows; i++)
            {
                Winograd.TransformOutputs(
                    outputs + (nint)i * TilesInRow * target.PixelStride,
                    outputStride,
                    TilesInRow,
                    bias,
                    _residual is null ? null : Pixel(run, _residual, firstRow + i) + _residual.Layout.Offset(0, 0),
                    _residual is null ? 0 : _residual.Layout.RowStride,
                    _relu,
                    Pixel(run, _target, firstRow + i) + target.Offset(0, 0),
                    target.RowStride,
                    target.PixelStride);
            }
        }
    }

    /// <summary>The start of a sample of activations, and from there as many rows of pixels as a row of tiles is behind the first.</summary>
    private float* Pixel(in Run run, Activations activations, int tileRow)
    {
        (int sample, int row) = Math.DivRem(tileRow, TileRowsInSample);
        ActivationLayout layout = activations.Layout;
        return run.Address(activations) + (nint)sample * layout.SampleStride + (nint)row * Winograd.Outputs * layout.RowStride;
    }
}
