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

    /// <summary>Tiles that products compute without a remainder.</summary>
    private const int WholeTiles = 16;

    private readonly PackedProduct[] _products;
    private readonly AlignedBuffer _bias;
    private readonly Activations _source;
    private readonly Activations _target;
    private readonly Activations? _residual;
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
        Activations source,
        Activations target,
        Activations? residual)
    {
        (_source, _target, _residual, _relu) = (source, target, residual, relu);
        _firstInput = source.Layout.Offset(-padding.Rows, -padding.Columns);
        _bias = AlignedBuffer.Of(target.Layout.PixelStride);
        bias.CopyTo(_bias.Span);
        int inputs = source.Layout.Channels, outputs = target.Layout.Channels;
        int widest = Math.Max(source.Layout.PixelStride, target.Layout.PixelStride);
        _tilesPerBlock = Math.Max(WholeTiles, MaxFloats / (Winograd.Elements * widest) / WholeTiles * WholeTiles);
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
    public override IReadOnlyList<Activations> Sources => _residual is null ? [_source] : [_source, _residual];

    /// <inheritdoc/>
    public override Activations Target => _target;

    /// <inheritdoc/>
    public override long WeightBytes { get; }

    /// <inheritdoc/>
    public override long MultiplyAdds { get; }

    private int TilesInRow => _target.Layout.Width / Winograd.Outputs;

    private int TilesInSample => TilesInRow * _target.Layout.Height / Winograd.Outputs;

    /// <inheritdoc/>
    public override void Invoke(in Run run, int part, int parts)
    {
        if (part == 0)
        {
            _target.Layout.ClearBorder(run.Address(_target), run.Samples);
        }

        int tiles = run.Samples * TilesInSample, end = Start(tiles, part + 1, parts);
        for (int tile = Start(tiles, part, parts); tile < end; tile += _tilesPerBlock)
        {
            Compute(run, tile, Math.Min(end, tile + _tilesPerBlock));
        }
    }

    /// <summary>Computes tiles, which are numbered row by row through all samples.</summary>
    private void Compute(in Run run, int first, int end)
    {
        ActivationLayout source = _source.Layout, target = _target.Layout;
        int tiles = end - first;

        // A cache line more than a multiple of a page, which would put all elements of a tile into the same few lines of the cache.
        nint inputStride = (nint)tiles * source.PixelStride + CacheLine.Floats;
        nint outputStride = (nint)tiles * target.PixelStride + CacheLine.Floats;
        float* inputs = ThreadScratch.OfThisThread(ScratchUse.Window, Winograd.Elements * inputStride);
        float* outputs = ThreadScratch.OfThisThread(ScratchUse.Other, Winograd.Elements * outputStride);
        for (int tile = first; tile < end;)
        {
            int count = Math.Min(end - tile, TilesInRow - tile % TilesInRow);
            Winograd.TransformInputs(
                Pixel(run, _source, tile) + _firstInput,
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
                _residual is null ? null : Pixel(run, _residual, tile) + _residual.Layout.Offset(0, 0),
                _residual is null ? 0 : _residual.Layout.RowStride,
                _relu,
                Pixel(run, _target, tile) + target.Offset(0, 0),
                target.RowStride,
                target.PixelStride);
            tile += count;
        }
    }

    /// <summary>The start of a sample of activations, moved by the rows and columns of pixels before a tile.</summary>
    private float* Pixel(in Run run, Activations activations, int tile)
    {
        (int sample, int inSample) = Math.DivRem(tile, TilesInSample);
        (int row, int column) = Math.DivRem(inSample, TilesInRow);
        ActivationLayout layout = activations.Layout;
        return run.Address(activations) + (nint)sample * layout.SampleStride
            + Winograd.Outputs * ((nint)row * layout.RowStride + (nint)column * layout.PixelStride);
    }
}
