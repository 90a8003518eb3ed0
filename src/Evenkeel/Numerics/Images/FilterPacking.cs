using Evenkeel.Numerics.Matrices;

namespace Evenkeel.Numerics.Images;

/// <summary>The filters of a convolution, packed as the right operand of its product.</summary>
/// <remarks>
/// Rows are elements of the kernel and channels of the source; columns are channels of the target. For each group, and each phase of
/// the target in turn, there is a matrix in panels; the biases follow the matrices of all groups.
/// </remarks>
internal unsafe struct FilterPacking<TRegisters, TVector>
    where TRegisters : struct, IRegisters<TVector>
    where TVector : struct
{
    /// <summary>The filters [outputs, inputs of a group, kernel rows, kernel columns].</summary>
    public float* Weight;

    /// <summary>The bias of each column of each group; null for 0.</summary>
    public float* Bias;

    public ConvolutionSteps Rows;
    public ConvolutionSteps Columns;
    public int Groups;

    /// <summary>Channels of the source in a group; 1 if each channel has its own filter.</summary>
    public int Channels;

    /// <summary>Channels of the target in a group.</summary>
    public int Targets;

    /// <summary>The distance from the weight of a channel of the source to the next one's.</summary>
    public nint ChannelStride;

    /// <summary>The distance from the weight of a channel of the target to the next one's.</summary>
    public nint TargetStride;

    /// <summary>The distance from the first weight of a group to the next one's.</summary>
    public nint GroupStride;

    /// <summary>The panels of a group's columns.</summary>
    public readonly MicroPanels Panels => MicroPanels.Balanced(Targets, TRegisters.Lanes);

    /// <summary>Columns of a group, rounded up to whole registers.</summary>
    public readonly int Width => Panels.Width;

    /// <summary>Floats of a group's matrices.</summary>
    public readonly long GroupLength => (long)Rows.Kernel * Columns.Kernel * Channels * Width;

    /// <summary>Floats in all.</summary>
    public readonly long Length => Groups * (GroupLength + Width);

    /// <summary>Returns the packed biases of a group; null for 0.</summary>
    public readonly float* BiasOf(float* packed, int group) => Bias == null ? null : packed + Groups * GroupLength + group * Width;

    /// <summary>Packs one panel of one group.</summary>
    public readonly void Pack(float* packed, int group, int panel)
    {
        int first = Panels.Start(panel), width = Panels.WidthOf(panel), columns = Panels.ColumnsOf(panel);
        float* weight = Weight + group * GroupStride + first * TargetStride;
        float* matrix = packed + group * GroupLength;
        for (int phaseRow = 0; phaseRow < Rows.Phases; phaseRow++)
        {
            for (int phaseColumn = 0; phaseColumn < Columns.Phases; phaseColumn++)
            {
                int depth = Rows.Taps(phaseRow) * Columns.Taps(phaseColumn) * Channels;
                PackPhase(weight, phaseRow, phaseColumn, columns, width, matrix + (nint)first * depth);
                matrix += (nint)Width * depth;
            }
        }

        if (Bias != null)
        {
            Copy(Bias + group * Targets + first, 1, columns, BiasOf(packed, group) + first, width);
        }
    }

    private readonly void PackPhase(float* weight, int phaseRow, int phaseColumn, int columns, int width, float* target)
    {
        for (int y = 0; y < Rows.Kernel; y++)
        {
            if (!Rows.TryOffset(phaseRow, y, out int row, out _))
            {
                continue;
            }

            for (int x = 0; x < Columns.Kernel; x++)
            {
                if (!Columns.TryOffset(phaseColumn, x, out int column, out _))
                {
                    continue;
                }

                float* element = weight + row * Columns.Kernel + column;
                for (int channel = 0; channel < Channels; channel++)
                {
                    Copy(element, TargetStride, columns, target, width);
                    element += ChannelStride;
                    target += width;
                }
            }
        }
    }

    private static void Copy(float* source, nint stride, int columns, float* target, int width)
    {
        for (int j = 0; j < columns; j++)
        {
            target[j] = source[j * stride];
        }

        for (int j = columns; j < width; j++)
        {
            target[j] = 0;
        }
    }
}
