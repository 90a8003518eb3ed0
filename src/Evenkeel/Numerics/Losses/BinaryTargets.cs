using Evenkeel.Numerics.Buffers;
using static System.FormattableString;

namespace Evenkeel.Numerics.Losses;

/// <summary>Targets from 0 to 1 beside logits.</summary>
internal static class BinaryTargets
{
    /// <summary>Throws if a target is not from 0 to 1.</summary>
    public static void Check(ReadOnlySpan<float> targets, string name)
    {
        int wrong = targets.IndexOfAnyExceptInRange(0f, 1f);
        if (wrong >= 0)
        {
            throw new ArgumentException(Invariant($"Target {targets[wrong]} of element {wrong} is not from 0 to 1."), name);
        }
    }

    /// <summary>Counts the elements where the logit is above 0 exactly if the target is at least ½; NaN never agrees.</summary>
    public static int CountCorrect(ReadOnlySpan<float> logits, ReadOnlySpan<float> targets)
    {
        SpanChecks.Length(targets, logits.Length);
        int count = 0;
        for (int i = 0; i < logits.Length; i++)
        {
            count += targets[i] >= 0.5f ? logits[i] > 0 ? 1 : 0 : logits[i] <= 0 ? 1 : 0;
        }

        return count;
    }
}
