using Evenkeel.Inference.Steps;
using Evenkeel.Numerics.Buffers;

namespace Evenkeel.Inference.Planning;

/// <summary>Places activations in a workspace: those that are not needed at the same time may overlap.</summary>
internal static class MemoryPlanner
{
    /// <summary>Sets the offset of each activation.</summary>
    /// <param name="steps">The steps, in the order in which they run.</param>
    /// <param name="samples">The samples of a sub-batch.</param>
    /// <returns>The size of the workspace in floats.</returns>
    /// <exception cref="OverflowException">The workspace is larger than an array.</exception>
    public static int Plan(IReadOnlyList<Step> steps, int samples)
    {
        var placed = new List<Area>();
        foreach (Area area in Areas(steps, samples).OrderByDescending(area => area.Length).ThenBy(area => area.First))
        {
            // The first gap between areas that are needed at the same time.
            long offset = 0;
            foreach (Area other in placed.Where(area.IsNeededWith).OrderBy(other => other.Activations.Offset))
            {
                if (offset + area.Length <= other.Activations.Offset)
                {
                    break;
                }

                offset = Math.Max(offset, other.Activations.Offset + other.Length);
            }

            area.Activations.Offset = checked((int)offset);
            placed.Add(area);
        }

        return checked((int)placed.Select(area => area.Activations.Offset + area.Length).DefaultIfEmpty().Max());
    }

    private static IEnumerable<Area> Areas(IReadOnlyList<Step> steps, int samples)
    {
        for (int i = 0; i < steps.Count; i++)
        {
            if (steps[i].Target is { } target)
            {
                int last = Enumerable.Range(i, steps.Count - i).Last(j => j == i || steps[j].Sources.Contains(target));
                long length = samples * target.Layout.LongSampleStride;
                yield return new Area(target, CacheLine.RoundUp(length), i, last);
            }
        }
    }

    /// <summary>Activations, their length in floats, and the first and the last step that need them.</summary>
    private sealed record Area(ActivationBuffer Activations, long Length, int First, int Last)
    {
        public bool IsNeededWith(Area other) => First <= other.Last && other.First <= Last;
    }
}
