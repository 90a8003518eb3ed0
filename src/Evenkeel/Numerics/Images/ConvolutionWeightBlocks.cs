using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Matrices;
using Evenkeel.Numerics.Threading;

namespace Evenkeel.Numerics.Images;

/// <summary>The gradient of a convolution's filters: a product of patches, transposed, with the gradient of the output, both read where they lie.</summary>
/// <remarks>
/// A row of the product is an element of the kernel and an input channel, and its depth are the pixels. The samples fall into a
/// few groups, each with sums of its own [kernel rows, kernel columns, inputs of a group, outputs], which threads share or, where
/// there are few, share by rows.
/// </remarks>
internal static unsafe class ConvolutionWeightBlocks<TRegisters, TVector>
    where TRegisters : struct, IRegisters<TVector>
    where TVector : struct
{
    /// <summary>Groups of samples at most; part of the definition of the result.</summary>
    private const int MaxGroups = 8;

    /// <summary>Floats of all groups' sums, unless one group needs more; part of the definition of the result.</summary>
    private const int MaxSums = 2 * 1024 * 1024;

    public static void Run(in ConvolutionShape shape, float* x, float* dy, float* gradient, bool accumulate)
    {
        var rows = new ConvolutionSteps(shape.Rows, backward: false);
        var columns = new ConvolutionSteps(shape.Columns, backward: false);
        bool perChannel = shape.IsPerChannel;
        var work = new Work
        {
            Shape = shape,
            Rows = rows,
            Columns = columns,
            Images = new ImageBatch(x, shape.Rows.Input, shape.Columns.Input, shape.Inputs, shape.ChannelLast),
            Gradients = new ImageBatch(dy, shape.Rows.Output, shape.Columns.Output, shape.Outputs, shape.ChannelLast),
            Bands = new TargetRegions(shape.Samples, rows, columns, shape.Inputs),
            PerChannel = perChannel,
            FilterGroups = perChannel ? 1 : shape.Groups,
            Targets = perChannel ? shape.Outputs : shape.GroupOutputs,
            RowChunks = 1,
        };
        work.SampleGroups = Math.Min(work.Bands.AcrossSamples, Math.Clamp(MaxSums / shape.WeightLength, 1, MaxGroups));
        work.Sums = ThreadScratch.OfThisThread(ScratchUse.Operand, (long)work.SampleGroups * shape.WeightLength);
        var gathering = new Gathering(work, gradient, accumulate);
        int blocks = (shape.Outputs + TRegisters.Lanes - 1) / TRegisters.Lanes;
        if (shape.IsWorthSplitting)
        {
            int tiles = (work.ProductRows + TRegisters.TileRows - 1) / TRegisters.TileRows;
            work.RowChunks = Math.Clamp((4 * WorkerPool.Threads + work.SampleGroups - 1) / work.SampleGroups, 1, tiles);
            WorkerPool.Run(work, work.SampleGroups * work.RowChunks);
            WorkerPool.Run(gathering, blocks);
            return;
        }

        for (int i = 0; i < work.SampleGroups; i++)
        {
            work.Invoke(i);
        }

        for (int i = 0; i < blocks; i++)
        {
            gathering.Invoke(i);
        }
    }

    /// <summary>All that the shares have in common.</summary>
    private struct Work : IWork
    {
        public ConvolutionShape Shape;
        public ConvolutionSteps Rows;
        public ConvolutionSteps Columns;
        public ImageBatch Images;
        public ImageBatch Gradients;
        public TargetRegions Bands;
        public bool PerChannel;
        public int FilterGroups;

        /// <summary>Columns of the product of a group of filters.</summary>
        public int Targets;

        public int SampleGroups;
        public int RowChunks;
        public float* Sums;

        public readonly int ProductRows => Shape.Taps * Shape.GroupInputs;

        public readonly void Invoke(int index)
        {
            int group = index / RowChunks, chunk = index % RowChunks;
            int tiles = (ProductRows + TRegisters.TileRows - 1) / TRegisters.TileRows;
            int row = (int)((long)tiles * chunk / RowChunks) * TRegisters.TileRows;
            int endRow = Math.Min(ProductRows, (int)((long)tiles * (chunk + 1) / RowChunks) * TRegisters.TileRows);
            int first = (int)((long)Bands.AcrossSamples * group / SampleGroups) * Bands.PerSample;
            int end = (int)((long)Bands.AcrossSamples * (group + 1) / SampleGroups) * Bands.PerSample;
            for (int band = first; band < end; band++)
            {
                MultiplyBand(Bands.Band(band), row, endRow, Sums + (nint)group * Shape.WeightLength, band > first);
            }
        }

        private readonly void MultiplyBand(in ImageRegion band, int row, int endRow, float* sums, bool add)
        {
            PatchSource patches = PatchSource.Of<TRegisters, TVector>(
                Images, band.Source(Rows, Columns), ScratchUse.Window, wholeRegisters: PerChannel ? Targets : 0);
            PatchSource gradients = PatchSource.Of<TRegisters, TVector>(
                Gradients, band, ScratchUse.Other, wholeRegisters: Targets, inOneRow: true);

            var depth = new DepthSegments(
                (DepthSegment*)ThreadScratch.OfThisThread(
                    ScratchUse.Runs, (long)band.Samples * band.Height * sizeof(DepthSegment) / sizeof(float)),
                patches.PixelStride * Columns.Step);
            for (int sample = 0; sample < band.Samples; sample++)
            {
                for (int y = 0; y < band.Height; y++)
                {
                    depth.Append(sample * patches.SampleStride + y * Rows.Step * patches.RowStride, band.Width);
                }
            }

            var grid = new StridedRows
            {
                Middle = Shape.Columns.Kernel,
                Inner = Shape.GroupInputs,
                OuterA = Shape.Rows.Dilation * patches.RowStride,
                MiddleA = Shape.Columns.Dilation * patches.PixelStride,
                InnerA = 1,
                OuterC = (nint)Shape.Columns.Kernel * Shape.GroupInputs * Shape.Outputs,
                MiddleC = (nint)Shape.GroupInputs * Shape.Outputs,
                InnerC = Shape.Outputs,
            };
            var blocks = new DepthBlocks(depth.Length);
            for (int block = 0; block < blocks.Count; block++)
            {
                DepthSegments part = depth.Slice(block * blocks.Length, blocks.Length);
                float* b = gradients.Pixels + (nint)block * blocks.Length * Shape.Outputs;
                for (int group = 0; group < FilterGroups; group++)
                {
                    MultiplyGroup(
                        grid,
                        row,
                        endRow,
                        patches.Pixels + group * Shape.GroupInputs,
                        part,
                        b + group * Targets,
                        sums + group * Targets,
                        add || block > 0);
                }
            }
        }

        private readonly void MultiplyGroup(
            in StridedRows grid, int row, int endRow, float* a, in DepthSegments depth, float* b, float* c, bool add)
        {
            var slivers = new MicroPanels(Targets, TRegisters.Lanes);
            for (int sliver = 0; sliver < slivers.Count; sliver++)
            {
                int column = slivers.Start(sliver), columns = Math.Min(Targets, slivers.Start(sliver + 1)) - column;
                if (PerChannel)
                {
                    MatrixTiles<TRegisters, TVector, FactorPerColumn>.Multiply(
                        grid, row, endRow, a + column, depth, b + column, Shape.Outputs, columns, start: null, c + column, add);
                }
                else
                {
                    MatrixTiles<TRegisters, TVector, SharedFactor>.Multiply(
                        grid, row, endRow, a, depth, b + column, Shape.Outputs, columns, start: null, c + column, add);
                }
            }
        }
    }

    /// <summary>Adds up the groups' sums and brings them into the order of the filters, for a register of outputs at a time.</summary>
    private readonly struct Gathering(Work work, float* gradient, bool accumulate) : IWork
    {
        public void Invoke(int index)
        {
            int first = index * TRegisters.Lanes, outputs = work.Shape.Outputs;
            int count = Math.Min(TRegisters.Lanes, outputs - first);
            int taps = work.Shape.Taps, channels = work.Shape.GroupInputs;
            float* sum = stackalloc float[TRegisters.Lanes];
            for (int tap = 0; tap < taps; tap++)
            {
                for (int channel = 0; channel < channels; channel++)
                {
                    Sum(work.Sums + ((nint)tap * channels + channel) * outputs + first, count, sum);
                    float* target = gradient + ((nint)first * channels + channel) * taps + tap;
                    for (int j = 0; j < count; j++)
                    {
                        *target = accumulate ? *target + sum[j] : sum[j];
                        target += (nint)channels * taps;
                    }
                }
            }
        }

        private void Sum(float* sums, int count, float* sum)
        {
            if (count == TRegisters.Lanes)
            {
                TVector total = TRegisters.Load(sums);
                for (int group = 1; group < work.SampleGroups; group++)
                {
                    total = TRegisters.Add(total, TRegisters.Load(sums + (nint)group * work.Shape.WeightLength));
                }

                TRegisters.Store(total, sum);
                return;
            }

            for (int j = 0; j < count; j++)
            {
                sum[j] = sums[j];
                for (int group = 1; group < work.SampleGroups; group++)
                {
                    sum[j] += sums[(nint)group * work.Shape.WeightLength + j];
                }
            }
        }
    }
}
