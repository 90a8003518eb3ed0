using Evenkeel.Numerics.Matrices;

namespace Evenkeel.Numerics.Images;

/// <summary>
/// The filters of a convolution as the right operand of its product: rows are elements of the kernel and channels of the source,
/// columns are channels of the target.
/// </summary>
/// <remarks>
/// For each group, and each phase of the target in turn, a matrix in slivers; behind the matrices of all groups, the rows that
/// sums start from.
/// </remarks>
internal unsafe struct FilterPacking<TRegisters, TVector>
    where TRegisters : struct, IRegisters<TVector>
    where TVector : struct
{
    /// <summary>The filters [outputs, inputs of a group, kernel rows, kernel columns].</summary>
    public float* Weight;

    /// <summary>A value for each column of each group; null for 0.</summary>
    public float* Start;

    public ConvolutionSteps Rows;
    public ConvolutionSteps Columns;
    public int Groups;

    /// <summary>Channels of the source in a group; of a convolution per channel, 1.</summary>
    public int Channels;

    /// <summary>Channels of the target in a group.</summary>
    public int Targets;

    /// <summary>From the weight of a channel of the source to the next one's.</summary>
    public nint ChannelStride;

    /// <summary>From the weight of a channel of the target to the next one's.</summary>
    public nint TargetStride;

    /// <summary>From the first weight of a group to the next one's.</summary>
    public nint GroupStride;

    /// <summary>The columns of a group.</summary>
    public readonly MicroPanels MicroPanels => new(Targets, TRegisters.Lanes);

    public readonly int Width => MicroPanels.Width;

    /// <summary>Floats of a group's matrices.</summary>
    public readonly long GroupLength => (long)Rows.Kernel * Columns.Kernel * Channels * Width;

    /// <summary>Floats in all.</summary>
    public readonly long Length => Groups * (GroupLength + Width);

    /// <summary>Where the starts of a group lie; null for 0.</summary>
    public readonly float* StartOf(float* packed, int group) => Start == null ? null : packed + Groups * GroupLength + group * Width;

    /// <summary>Packs one sliver of one group.</summary>
    public readonly void Pack(float* packed, int group, int sliver)
    {
        int first = MicroPanels.Start(sliver), width = MicroPanels.Start(sliver + 1) - first;
        int inside = Math.Min(width, Targets - first);
        float* weight = Weight + group * GroupStride + first * TargetStride;
        float* matrix = packed + group * GroupLength;
        for (int phaseRow = 0; phaseRow < Rows.Phases; phaseRow++)
        {
            for (int phaseColumn = 0; phaseColumn < Columns.Phases; phaseColumn++)
            {
                int depth = Rows.Taps(phaseRow) * Columns.Taps(phaseColumn) * Channels;
                PackPhase(weight, phaseRow, phaseColumn, inside, width, matrix + (nint)first * depth);
                matrix += (nint)Width * depth;
            }
        }

        if (Start != null)
        {
            Copy(Start + group * Targets + first, 1, inside, StartOf(packed, group) + first, width);
        }
    }

    private readonly void PackPhase(float* weight, int phaseRow, int phaseColumn, int inside, int width, float* target)
    {
        for (int y = 0; y < Rows.Kernel; y++)
        {
            if (!Rows.TryPlace(phaseRow, y, out int row, out _))
            {
                continue;
            }

            for (int x = 0; x < Columns.Kernel; x++)
            {
                if (!Columns.TryPlace(phaseColumn, x, out int column, out _))
                {
                    continue;
                }

                float* element = weight + row * Columns.Kernel + column;
                for (int channel = 0; channel < Channels; channel++)
                {
                    Copy(element, TargetStride, inside, target, width);
                    element += ChannelStride;
                    target += width;
                }
            }
        }
    }

    private static void Copy(float* source, nint stride, int inside, float* target, int width)
    {
        for (int j = 0; j < inside; j++)
        {
            target[j] = source[j * stride];
        }

        for (int j = inside; j < width; j++)
        {
            target[j] = 0;
        }
    }
}
