using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Inference;
using Evenkeel.Numerics.Matrices;

namespace Evenkeel.Inference.Steps;

/// <summary>A convolution with filters of 3×3 by <see cref="Winograd"/>'s method, with what is fused behind it.</summary>
/// <remarks>Each of the 16 elements of the transformed tiles is a product of rows, one row per tile, with packed weights.</remarks>
internal sealed unsafe class WinogradStep : DivisibleStep
{
    /// <summary>Floats of the transformed tiles, inputs or outputs, that are in the cache at the same time.</summary>
    private const int MaxFloats = 32 * 1024;

    /// <summary>Tiles, which are the rows of the products, that a tile of registers holds.</summary>
    private const int TileRows = 16;

    private readonly PackedProduct[] _products;
    private readonly AlignedBuffer _bias;
    private readonly ActivationBuffer _source;
    private readonly ActivationBuffer _target;
    private readonly ActivationBuffer? _residual;
    private readonly bool _relu;
    private readonly int _firstInput;
    private readonly int _tilesPerBlock;

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
        ActivationBuffer source,
        ActivationBuffer target,
        ActivationBuffer? residual)
    {
        (_source, _target, _residual, _relu) = (source, target, residual, relu);
        _firstInput = source.Layout.Offset(-padding.Rows, -padding.Columns);
        _bias = AlignedBuffer.Of(target.Layout.PixelStride);
        bias.CopyTo(_bias.Span);
        int inputs = source.Layout.Channels, outputs = target.Layout.Channels;
        int widest = Math.Max(source.Layout.PixelStride, target.Layout.PixelStride);
        _tilesPerBlock = Math.Max(TileRows, MaxFloats / (Winograd.Elements * widest) / TileRows * TileRows);
        var rows = new RowOffsets(
            _tilesPerBlock, tile => new RowOffsets.Row(tile * source.Layout.PixelStride, tile * target.Layout.PixelStride, 0));
        _products = [.. Winograd.TransformFilters(filters).Select(weights => new PackedProduct(
            new PackedMatrix(new MatrixView(weights, outputs, inputs).Transposed, [], balanced: true),
            rows,
            [new DepthSegments.Segment { Offset = 0, Length = inputs }],
            1))];
        WeightBytes = _products.Sum(product => product.Matrix.Bytes) + sizeof(float) * (long)_bias.Length;
        MultiplyAdds = (long)Winograd.Elements * inputs * outputs * TilesInSample;
        Kind = "Winograd convolution" + (residual is null ? "" : " + residual") + (relu ? " + relu" : "");
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

    private int TilesInRow => _target.Layout.Width / Winograd.Outputs;

    private int TilesInSample => TilesInRow * _target.Layout.Height / Winograd.Outputs;

    /// <inheritdoc/>
    public override void Invoke(in SubBatch batch, int part, int parts)
    {
        int tiles = batch.Samples * TilesInSample, end = Start(tiles, part + 1, parts);
        for (int tile = Start(tiles, part, parts); tile < end; tile += _tilesPerBlock)
        {
            Compute(batch, tile, Math.Min(end, tile + _tilesPerBlock));
        }
    }

    /// <summary>Computes tiles, which are numbered row by row through all samples.</summary>
    private void Compute(in SubBatch batch, int first, int end)
    {
        ActivationLayout source = _source.Layout, target = _target.Layout;
        int tiles = end - first;

        // Add a cache line: at a multiple of the page size, all elements of a tile would map to the same cache sets.
        nint inputStride = (nint)tiles * source.PixelStride + CacheLine.Floats;
        nint outputStride = (nint)tiles * target.PixelStride + CacheLine.Floats;
        float* inputs = ThreadScratch.OfThisThread(ScratchUse.Window, Winograd.Elements * inputStride);
        float* outputs = ThreadScratch.OfThisThread(ScratchUse.Other, Winograd.Elements * outputStride);
        for (int tile = first; tile < end;)
        {
            int count = Math.Min(end - tile, TilesInRow - tile % TilesInRow);
            Winograd.TransformInputs(
                Pixel(batch, _source, tile) + _firstInput,
                source.RowStride,
                source.PixelStride,
                count,
                inputs + (nint)(tile - first) * source.PixelStride,
                inputStride);
            tile += count;
        }

        for (int element = 0; element < Winograd.Elements; element++)
        {
            PackedProduct product = _products[element];
            product.Run(
                inputs + element * inputStride, outputs + element * outputStride, null, 0..tiles, 0..product.Matrix.Panels);
        }

        for (int tile = first; tile < end;)
        {
            int count = Math.Min(end - tile, TilesInRow - tile % TilesInRow);
            Winograd.TransformOutputs(
                outputs + (nint)(tile - first) * target.PixelStride,
                outputStride,
                count,
                _bias.Pointer,
                _residual is null ? null : Pixel(batch, _residual, tile) + _residual.Layout.Offset(0, 0),
                _residual is null ? 0 : _residual.Layout.RowStride,
                _relu,
                Pixel(batch, _target, tile) + target.Offset(0, 0),
                target.RowStride,
                target.PixelStride);
            tile += count;
        }
    }

    /// <summary>The start of a sample of activations, moved by the rows and columns of pixels before a tile.</summary>
    private float* Pixel(in SubBatch batch, ActivationBuffer activations, int tile)
    {
        (int sample, int inSample) = Math.DivRem(tile, TilesInSample);
        (int row, int column) = Math.DivRem(inSample, TilesInRow);
        ActivationLayout layout = activations.Layout;
        return batch.Address(activations) + (nint)sample * layout.SampleStride
            + Winograd.Outputs * ((nint)row * layout.RowStride + (nint)column * layout.PixelStride);
    }
}
