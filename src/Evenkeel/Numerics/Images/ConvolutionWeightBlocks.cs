using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Matrices;
using Evenkeel.Numerics.Threading;

namespace Evenkeel.Numerics.Images;

/// <summary>The gradient of a convolution's filters, as a product of transposed patches with the gradient of the output.</summary>
/// <remarks>
/// A row of the product is an element of the kernel and an input channel, and the depth is the pixels; both operands are read where
/// they lie if possible. The samples are cut into a few groups, each with its own sums [kernel rows, kernel columns, inputs of a
/// group, outputs], which are divided among the threads; if there are few groups, their rows are divided too.
/// </remarks>
internal static unsafe class ConvolutionWeightBlocks<TRegisters, TVector>
    where TRegisters : struct, IRegisters<TVector>
    where TVector : struct
{
    /// <summary>The greatest number of groups of samples; part of the definition of the result.</summary>
    private const int MaxGroups = 8;

    /// <summary>Floats of the sums of all groups, unless one group needs more; part of the definition of the result.</summary>
    private const int MaxSums = 2 * 1024 * 1024;

    public static void Run(in ConvolutionShape shape, float* x, float* dy, float* gradient, bool accumulate)
    {
        var rows = new ConvolutionSteps(shape.Rows, backward: false);
        var columns = new ConvolutionSteps(shape.Columns, backward: false);
        bool perChannel = shape.IsPerChannel;
        var product = new Product
        {
            Shape = shape,
            Rows = rows,
            Columns = columns,
            Images = new ImageBatch(x, shape.Rows.Input, shape.Columns.Input, shape.Inputs, shape.ChannelLast),
            Gradients = new ImageBatch(dy, shape.Rows.Output, shape.Columns.Output, shape.Outputs, shape.ChannelLast),
            Regions = new TargetRegions(shape.Samples, rows, columns, shape.Inputs),
            PerChannel = perChannel,
            FilterGroups = perChannel ? 1 : shape.Groups,
            Targets = perChannel ? shape.Outputs : shape.GroupOutputs,
            RowChunks = 1,
        };
        product.SampleGroups = Math.Min(product.Regions.AcrossSamples, Math.Clamp(MaxSums / shape.WeightLength, 1, MaxGroups));
        product.Sums = ThreadScratch.OfThisThread(ScratchUse.Operand, (long)product.SampleGroups * shape.WeightLength);
        var gathering = new Gathering(product, gradient, accumulate);
        int blocks = (shape.Outputs + TRegisters.Lanes - 1) / TRegisters.Lanes;
        if (shape.IsWorthSplitting())
        {
            int tiles = (product.RowCount + TRegisters.TileRows - 1) / TRegisters.TileRows;
            product.RowChunks = Math.Clamp((4 * WorkerPool.Threads + product.SampleGroups - 1) / product.SampleGroups, 1, tiles);
            WorkerPool.Run(product, product.SampleGroups * product.RowChunks);
            WorkerPool.Run(gathering, blocks);
            return;
        }

        for (int i = 0; i < product.SampleGroups; i++)
        {
            product.Invoke(i);
        }

        for (int i = 0; i < blocks; i++)
        {
            gathering.Invoke(i);
        }
    }

    /// <summary>The sums of each group of samples, in chunks of rows.</summary>
    private struct Product : IWork
    {
        public ConvolutionShape Shape;
        public ConvolutionSteps Rows;
        public ConvolutionSteps Columns;
        public ImageBatch Images;
        public ImageBatch Gradients;
        public TargetRegions Regions;
        public bool PerChannel;
        public int FilterGroups;

        /// <summary>Columns of the product of a group of filters.</summary>
        public int Targets;

        public int SampleGroups;
        public int RowChunks;
        public float* Sums;

        /// <summary>Rows of the product.</summary>
        public readonly int RowCount => Shape.Taps * Shape.GroupInputs;

        public readonly void Invoke(int index)
        {
            int group = index / RowChunks, chunk = index % RowChunks;
            int tiles = (RowCount + TRegisters.TileRows - 1) / TRegisters.TileRows;
            var taps = new StridedRows
            {
                C = Sums + (nint)group * Shape.WeightLength,
                First = (int)((long)tiles * chunk / RowChunks) * TRegisters.TileRows,
                End = Math.Min(RowCount, (int)((long)tiles * (chunk + 1) / RowChunks) * TRegisters.TileRows),
                Middle = Shape.Columns.Kernel,
                Inner = Shape.GroupInputs,
                InnerA = 1,
                OuterC = (nint)Shape.Columns.Kernel * Shape.GroupInputs * Shape.Outputs,
                MiddleC = (nint)Shape.GroupInputs * Shape.Outputs,
                InnerC = Shape.Outputs,
            };
            int first = (int)((long)Regions.AcrossSamples * group / SampleGroups) * Regions.PerSample;
            int end = (int)((long)Regions.AcrossSamples * (group + 1) / SampleGroups) * Regions.PerSample;
            for (int region = first; region < end; region++)
            {
                MultiplyRegion(Regions.Region(region), taps, accumulate: region > first);
            }
        }

        private readonly void MultiplyRegion(in ImageRegion region, StridedRows taps, bool accumulate)
        {
            PatchSource patches = PatchSource.Of<TRegisters, TVector>(
                Images, region.Source(Rows, Columns), ScratchUse.Window, wholeRegisters: PerChannel ? Targets : 0);
            PatchSource gradients = PatchSource.Of<TRegisters, TVector>(
                Gradients, region, ScratchUse.Other, wholeRegisters: Targets, contiguous: true);

            var depth = new DepthSegments(
                (DepthSegments.Segment*)ThreadScratch.OfThisThread(
                    ScratchUse.Segments, (long)region.Samples * region.Height * sizeof(DepthSegments.Segment) / sizeof(float)),
                patches.PixelStride * Columns.Step);
            for (int sample = 0; sample < region.Samples; sample++)
            {
                for (int y = 0; y < region.Height; y++)
                {
                    depth.Append(sample * patches.SampleStride + y * Rows.Step * patches.RowStride, region.Width);
                }
            }

            taps.A = patches.Pixels;
            taps.OuterA = Shape.Rows.Dilation * patches.RowStride;
            taps.MiddleA = Shape.Columns.Dilation * patches.PixelStride;
            var blocks = new DepthBlocks(depth.Length);
            for (int block = 0; block < blocks.Count; block++)
            {
                DepthSegments part = depth.Slice(block * blocks.Length, blocks.Length);
                float* b = gradients.Pixels + (nint)block * blocks.Length * Shape.Outputs;
                for (int group = 0; group < FilterGroups; group++)
                {
                    MultiplyGroup(
                        taps.Offset(group * Shape.GroupInputs, group * Targets), part, b + group * Targets, accumulate || block > 0);
                }
            }
        }

        private readonly void MultiplyGroup(in StridedRows taps, in DepthSegments depth, float* b, bool accumulate)
        {
            MicroPanels panels = MicroPanels.Balanced(Targets, TRegisters.Lanes);
            for (int index = 0; index < panels.Count; index++)
            {
                int column = panels.Start(index);
                StridedRows rows = taps.Offset(PerChannel ? column : 0, column);
                var panel = new MicroPanel { Elements = b + column, Stride = Shape.Outputs, Columns = panels.ColumnsOf(index) };
                if (PerChannel)
                {
                    MatrixTiles<TRegisters, TVector, LeftFactor.PerColumn>.Multiply(rows, depth, panel, accumulate);
                }
                else
                {
                    MatrixTiles<TRegisters, TVector, LeftFactor.Broadcast>.Multiply(rows, depth, panel, accumulate);
                }
            }
        }
    }

    /// <summary>Adds up the sums of the groups in the order of the filters, a register of outputs at a time.</summary>
    private readonly struct Gathering(Product product, float* gradient, bool accumulate) : IWork
    {
        public void Invoke(int index)
        {
            int first = index * TRegisters.Lanes, outputs = product.Shape.Outputs;
            int count = Math.Min(TRegisters.Lanes, outputs - first);
            int taps = product.Shape.Taps, channels = product.Shape.GroupInputs;
            float* sum = stackalloc float[TRegisters.Lanes];
            for (int tap = 0; tap < taps; tap++)
            {
                for (int channel = 0; channel < channels; channel++)
                {
                    Sum(product.Sums + ((nint)tap * channels + channel) * outputs + first, count, sum);
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
                for (int group = 1; group < product.SampleGroups; group++)
                {
                    total = TRegisters.Add(total, TRegisters.Load(sums + (nint)group * product.Shape.WeightLength));
                }

                TRegisters.Store(total, sum);
                return;
            }

            for (int j = 0; j < count; j++)
            {
                sum[j] = sums[j];
                for (int group = 1; group < product.SampleGroups; group++)
                {
                    sum[j] += sums[(nint)group * product.Shape.WeightLength + j];
                }
            }
        }
    }
}
