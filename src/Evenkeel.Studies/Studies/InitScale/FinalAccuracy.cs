namespace Evenkeel.Studies.Studies.InitScale;

/// <summary>The final accuracies of networks that differ in their seed only.</summary>
/// <param name="Mean">Their mean.</param>
/// <param name="Lowest">The lowest of them.</param>
/// <param name="Highest">The highest of them.</param>
/// <param name="Seeds">How many there are.</param>
internal sealed record FinalAccuracy(double Mean, double Lowest, double Highest, int Seeds)
{
    internal static FinalAccuracy? Of(IEnumerable<InitScaleRun> runs)
    {
        double[] accuracies = [.. runs.Select(r => r.FinalAccuracy)];
        return accuracies.Length == 0
            ? null
            : new FinalAccuracy(accuracies.Average(), accuracies.Min(), accuracies.Max(), accuracies.Length);
    }
}
