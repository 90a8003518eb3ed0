using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Matrices;
using Evenkeel.Numerics.Threading;

namespace Evenkeel.Numerics.Images;

/// <summary>A convolution, or the gradient of its input, as a product of patches with filters, patches being read where they lie.</summary>
/// <remarks>
/// The filters are packed once. Then the target falls into bands, rectangles of some images: for each, the part of the source it
/// takes is copied, channel last and with zeros around, where it does not lie so already; and rows of that copy are
/// multiplied with the filters, a pixel of the target being a row of the product.
/// </remarks>
internal static unsafe class ConvolutionBlocks<TRegisters, TVector>
    where TRegisters : struct, IRegisters<TVector>
    where TVector : struct
{
    public static void Run(
        in ConvolutionShape shape, bool backward, float* source, float* weight, float* bias, float* target, BandEpilogue epilogue)
    {
        var rows = new ConvolutionSteps(shape.Rows, backward);
        var columns = new ConvolutionSteps(shape.Columns, backward);
        var images = new ImageBatch(
            backward ? target : source, shape.Rows.Input, shape.Columns.Input, shape.Inputs, shape.ChannelLast);
        var results = new ImageBatch(
            backward ? source : target, shape.Rows.Output, shape.Columns.Output, shape.Outputs, shape.ChannelLast);
        bool perChannel = shape.IsPerChannel;
        nint outputStride = (nint)shape.GroupInputs * shape.Taps, inputStride = shape.Taps;
        var work = new Work
        {
            Source = backward ? results : images,
            Target = backward ? images : results,
            Epilogue = epilogue,
            PerChannel = perChannel,
            Filters = new FilterPacking<TRegisters, TVector>
            {
                Weight = weight,
                Start = bias,
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
        work.Bands = new TargetRegions(shape.Samples, rows, columns, work.Source.Channels);
        if (shape.IsWorthSplitting)
        {
            work.Bands = work.Bands.CutInto(4 * WorkerPool.Threads);
        }

        Run(work, shape.IsWorthSplitting);
    }

    private static void Run(Work work, bool split)
    {
        work.Packed = ThreadScratch.OfThisThread(ScratchUse.Operand, work.Filters.Length);
        int packings = work.Filters.Groups * work.Filters.MicroPanels.Count, bands = work.Bands.Count;
        if (split)
        {
            WorkerPool.Run(new Packing(work), packings);
            WorkerPool.Run(work, bands);
            return;
        }

        for (int i = 0; i < packings; i++)
        {
            new Packing(work).Invoke(i);
        }

        for (int i = 0; i < bands; i++)
        {
            work.Invoke(i);
        }
    }

    private readonly struct Packing(Work work) : IWork
    {
        public void Invoke(int index) =>
            work.Filters.Pack(work.Packed, index / work.Filters.MicroPanels.Count, index % work.Filters.MicroPanels.Count);
    }

    /// <summary>All that the bands have in common.</summary>
    private struct Work : IWork
    {
        public ImageBatch Source;
        public ImageBatch Target;
        public TargetRegions Bands;
        public BandEpilogue Epilogue;
        public bool PerChannel;
        public FilterPacking<TRegisters, TVector> Filters;
        public float* Packed;

        public readonly void Invoke(int index)
        {
            ImageRegion band = Bands.Band(index);
            ConvolutionSteps rows = Filters.Rows, columns = Filters.Columns;
            ImageRegion source = band.Source(rows, columns);
            var target = new ImageRegion(
                band.Sample,
                band.Samples,
                band.Row * rows.Phases,
                band.Column * columns.Phases,
                Math.Min(band.Height * rows.Phases, rows.Targets - band.Row * rows.Phases),
                Math.Min(band.Width * columns.Phases, columns.Targets - band.Column * columns.Phases));
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
            DepthSegment* memory = (DepthSegment*)ThreadScratch.OfThisThread(
                ScratchUse.Runs, (long)rows.Kernel * columns.Kernel * sizeof(DepthSegment) / sizeof(float));
            float* filters = Packed;
            for (int phaseRow = 0; phaseRow < rows.Phases; phaseRow++)
            {
                for (int phaseColumn = 0; phaseColumn < columns.Phases; phaseColumn++)
                {
                    var depth = new DepthSegments(memory, PerChannel ? patches.PixelStride * columns.PlaceStep : 1);
                    AppendPlaces(ref depth, patches, phaseRow, phaseColumn);
                    var grid = new StridedRows
                    {
                        Middle = Cuts(target.Height - phaseRow, rows.Phases),
                        Inner = Cuts(target.Width - phaseColumn, columns.Phases),
                        OuterA = patches.SampleStride,
                        MiddleA = patches.RowStride * rows.Step,
                        InnerA = patches.PixelStride * columns.Step,
                        OuterC = sampleStride,
                        MiddleC = rowStride * rows.Phases,
                        InnerC = (nint)Target.Channels * columns.Phases,
                    };
                    float* first = c + phaseRow * rowStride + phaseColumn * Target.Channels;
                    int pixels = target.Samples * grid.Middle * grid.Inner;
                    for (int group = 0; pixels > 0 && group < Filters.Groups; group++)
                    {
                        MultiplyGroup(grid, pixels, patches.Pixels + group * Filters.Channels, depth, filters, group, first);
                    }

                    filters += (nint)depth.Length * Filters.Width;
                }
            }
        }

        private readonly void AppendPlaces(ref DepthSegments depth, in PatchSource patches, int phaseRow, int phaseColumn)
        {
            ConvolutionSteps rows = Filters.Rows, columns = Filters.Columns;
            for (int y = 0; y < rows.Kernel; y++)
            {
                if (!rows.TryPlace(phaseRow, y, out _, out int row))
                {
                    continue;
                }

                for (int x = 0; x < columns.Kernel; x++)
                {
                    if (columns.TryPlace(phaseColumn, x, out _, out int column))
                    {
                        depth.Append(
                            (row - rows.LeastPlace) * patches.RowStride + (column - columns.LeastPlace) * patches.PixelStride,
                            Filters.Channels);
                    }
                }
            }
        }

        private readonly void MultiplyGroup(in StridedRows grid, int pixels, float* a, in DepthSegments depth, float* filters, int group, float* c)
        {
            filters += group * Filters.GroupLength;
            float* start = Filters.StartOf(Packed, group);
            var blocks = new DepthBlocks(depth.Length);
            MicroPanels slivers = Filters.MicroPanels;
            for (int sliver = 0; sliver < slivers.Count; sliver++)
            {
                int column = slivers.Start(sliver), width = slivers.Start(sliver + 1) - column;
                for (int block = 0; block < blocks.Count; block++)
                {
                    DepthSegments part = depth.Slice(block * blocks.Length, blocks.Length);
                    float* b = filters + (nint)column * depth.Length + (nint)block * blocks.Length * width;
                    float* from = block == 0 && start != null ? start + column : null;
                    int inside = Math.Min(width, Filters.Targets - column);
                    float* result = c + group * Filters.Targets + column;
                    if (PerChannel)
                    {
                        MatrixTiles<TRegisters, TVector, FactorPerColumn>.Multiply(
                            grid, 0, pixels, a + column, part, b, width, inside, from, result, block > 0);
                    }
                    else
                    {
                        MatrixTiles<TRegisters, TVector, SharedFactor>.Multiply(
                            grid, 0, pixels, a, part, b, width, inside, from, result, block > 0);
                    }
                }
            }
        }

        private static int Cuts(int length, int part) => (length + part - 1) / part;
    }
}
