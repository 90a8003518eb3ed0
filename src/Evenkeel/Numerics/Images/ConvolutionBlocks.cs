using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Matrices;
using Evenkeel.Numerics.Threading;

namespace Evenkeel.Numerics.Images;

/// <summary>A convolution, or the gradient of its input, as a product of patches with filters.</summary>
/// <remarks>
/// The filters are packed once. Then the target is cut into regions, rectangles of some images. For each region, the part of the
/// source that it needs is read where it lies if it is channel last and needs no padding, and otherwise copied, channel last and with
/// zeros around; rows of it are multiplied with the filters, a pixel of the target being a row of the product.
/// </remarks>
internal static unsafe class ConvolutionBlocks<TRegisters, TVector>
    where TRegisters : struct, IRegisters<TVector>
    where TVector : struct
{
    public static void Run(
        in ConvolutionShape shape, bool backward, float* source, float* weight, float* bias, float* target, RegionEpilogue epilogue)
    {
        var rows = new ConvolutionSteps(shape.Rows, backward);
        var columns = new ConvolutionSteps(shape.Columns, backward);
        var images = new ImageBatch(
            backward ? target : source, shape.Rows.Input, shape.Columns.Input, shape.Inputs, shape.ChannelLast);
        var results = new ImageBatch(
            backward ? source : target, shape.Rows.Output, shape.Columns.Output, shape.Outputs, shape.ChannelLast);
        bool perChannel = shape.IsPerChannel;
        nint outputStride = (nint)shape.GroupInputs * shape.Taps, inputStride = shape.Taps;
        var product = new Product
        {
            Source = backward ? results : images,
            Target = backward ? images : results,
            Epilogue = epilogue,
            PerChannel = perChannel,
            Filters = new FilterPacking<TRegisters, TVector>
            {
                Weight = weight,
                Bias = bias,
                Rows = rows,
                Columns = columns,
                Groups = perChannel ? 1 : shape.Groups,
                Channels = perChannel ? 1 : backward ? shape.GroupOutputs : shape.GroupInputs,
                Targets = perChannel ? shape.Inputs : backward ? shape.GroupInputs : shape.GroupOutputs,
                ChannelStride = backward ? outputStride : inputStride,
                TargetStride = backward && !perChannel ? inputStride : outputStride,
                GroupStride = outputStride * shape.GroupOutputs,
            },
        };
        product.Regions = new TargetRegions(shape.Samples, rows, columns, product.Source.Channels);
        bool split = shape.IsWorthSplitting();
        if (split)
        {
            product.Regions = product.Regions.CutInto(4 * WorkerPool.Threads);
        }

        Run(product, split);
    }

    private static void Run(Product product, bool split)
    {
        product.Packed = ThreadScratch.OfThisThread(ScratchUse.Operand, product.Filters.Length);
        int packings = product.Filters.Groups * product.Filters.Panels.Count, regions = product.Regions.Count;
        if (split)
        {
            WorkerPool.Run(new Packing(product), packings);
            WorkerPool.Run(product, regions);
            return;
        }

        for (int i = 0; i < packings; i++)
        {
            new Packing(product).Invoke(i);
        }

        for (int i = 0; i < regions; i++)
        {
            product.Invoke(i);
        }
    }

    private readonly struct Packing(Product product) : IWork
    {
        public void Invoke(int index) => product.Filters.Pack(
            product.Packed, index / product.Filters.Panels.Count, index % product.Filters.Panels.Count);
    }

    /// <summary>The product of patches with filters, region by region.</summary>
    private struct Product : IWork
    {
        public ImageBatch Source;
        public ImageBatch Target;
        public TargetRegions Regions;
        public RegionEpilogue Epilogue;
        public bool PerChannel;
        public FilterPacking<TRegisters, TVector> Filters;
        public float* Packed;

        public readonly void Invoke(int index)
        {
            ImageRegion region = Regions.Region(index);
            ConvolutionSteps rows = Filters.Rows, columns = Filters.Columns;
            ImageRegion source = region.Source(rows, columns);
            var target = new ImageRegion(
                region.Sample,
                region.Samples,
                region.Row * rows.Phases,
                region.Column * columns.Phases,
                Math.Min(region.Height * rows.Phases, rows.Targets - region.Row * rows.Phases),
                Math.Min(region.Width * columns.Phases, columns.Targets - region.Column * columns.Phases));
            PatchSource patches = PatchSource.Of<TRegisters, TVector>(
                Source, source, ScratchUse.Window, wholeRegisters: PerChannel ? Source.Channels : 0);
            Multiply(patches, target);
            Epilogue.Apply(Target, target);
        }

        private readonly void Multiply(in PatchSource patches, in ImageRegion target)
        {
            if (Target.ChannelLast)
            {
                Multiply(patches, target, Target.Pixel(target.Sample, target.Row, target.Column), Target.SampleStride, Target.RowStride);
                return;
            }

            int channels = Target.Channels;
            float* result = ThreadScratch.OfThisThread(ScratchUse.Other, target.Pixels * channels);
            Multiply(patches, target, result, (nint)target.Height * target.Width * channels, (nint)target.Width * channels);
            ImageWindow<TRegisters, TVector>.Write(result, target, Target);
        }

        private readonly void Multiply(in PatchSource patches, in ImageRegion target, float* c, nint sampleStride, nint rowStride)
        {
            ConvolutionSteps rows = Filters.Rows, columns = Filters.Columns;
            var memory = (DepthSegments.Segment*)ThreadScratch.OfThisThread(
                ScratchUse.Segments, (long)rows.Kernel * columns.Kernel * sizeof(DepthSegments.Segment) / sizeof(float));
            float* filters = Packed;
            for (int phaseRow = 0; phaseRow < rows.Phases; phaseRow++)
            {
                for (int phaseColumn = 0; phaseColumn < columns.Phases; phaseColumn++)
                {
                    var depth = new DepthSegments(memory, PerChannel ? patches.PixelStride * columns.OffsetStep : 1);
                    AppendTaps(ref depth, patches, phaseRow, phaseColumn);
                    var pixels = new StridedRows
                    {
                        A = patches.Pixels,
                        C = c + phaseRow * rowStride + phaseColumn * Target.Channels,
                        Middle = Cuts(target.Height - phaseRow, rows.Phases),
                        Inner = Cuts(target.Width - phaseColumn, columns.Phases),
                        OuterA = patches.SampleStride,
                        MiddleA = patches.RowStride * rows.Step,
                        InnerA = patches.PixelStride * columns.Step,
                        OuterC = sampleStride,
                        MiddleC = rowStride * rows.Phases,
                        InnerC = (nint)Target.Channels * columns.Phases,
                    };
                    pixels.End = target.Samples * pixels.Middle * pixels.Inner;
                    for (int group = 0; pixels.End > 0 && group < Filters.Groups; group++)
                    {
                        MultiplyGroup(pixels, depth, filters, group);
                    }

                    filters += (nint)depth.Length * Filters.Width;
                }
            }
        }

        /// <summary>Appends the channels at each element of the kernel that a phase has.</summary>
        private readonly void AppendTaps(ref DepthSegments depth, in PatchSource patches, int phaseRow, int phaseColumn)
        {
            ConvolutionSteps rows = Filters.Rows, columns = Filters.Columns;
            for (int y = 0; y < rows.Kernel; y++)
            {
                if (!rows.TryOffset(phaseRow, y, out _, out int row))
                {
                    continue;
                }

                for (int x = 0; x < columns.Kernel; x++)
                {
                    if (columns.TryOffset(phaseColumn, x, out _, out int column))
                    {
                        depth.Append(
                            (row - rows.MinOffset) * patches.RowStride + (column - columns.MinOffset) * patches.PixelStride,
                            Filters.Channels);
                    }
                }
            }
        }

        private readonly void MultiplyGroup(in StridedRows pixels, in DepthSegments depth, float* filters, int group)
        {
            filters += group * Filters.GroupLength;
            float* bias = Filters.BiasOf(Packed, group);
            var blocks = new DepthBlocks(depth.Length);
            MicroPanels panels = Filters.Panels;
            for (int index = 0; index < panels.Count; index++)
            {
                int column = panels.Start(index), width = panels.WidthOf(index);
                StridedRows rows = pixels.Offset(
                    PerChannel ? column : group * Filters.Channels, group * Filters.Targets + column);
                for (int block = 0; block < blocks.Count; block++)
                {
                    DepthSegments part = depth.Slice(block * blocks.Length, blocks.Length);
                    var panel = new MicroPanel
                    {
                        Elements = filters + (nint)column * depth.Length + (nint)block * blocks.Length * width,
                        Stride = width,
                        Columns = panels.ColumnsOf(index),
                        Bias = block == 0 && bias != null ? bias + column : null,
                    };
                    if (PerChannel)
                    {
                        MatrixTiles<TRegisters, TVector, LeftFactor.PerColumn>.Multiply(rows, part, panel, accumulate: block > 0);
                    }
                    else
                    {
                        MatrixTiles<TRegisters, TVector, LeftFactor.Broadcast>.Multiply(rows, part, panel, accumulate: block > 0);
                    }
                }
            }
        }

        private static int Cuts(int length, int part) => (length + part - 1) / part;
    }
}
