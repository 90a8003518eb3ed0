using System.Globalization;

namespace Evenkeel.Explanations.Tests.Golden;

/// <summary>Compares each quantity of an explanation with that of PyTorch.</summary>
internal static class GoldenComparison
{
    // Both are in double precision, and differ by rounding alone.
    private const double Rounding = 1e-12;

    /// <summary>What differs, what PyTorch's side lacks, and what the explanation's lacks; empty if all agrees.</summary>
    public static IReadOnlyList<string> Problems(Explanation explanation, IEnumerable<GoldenQuantity> golden)
    {
        Dictionary<(string Section, string Symbol), Queue<GoldenQuantity>> expected = golden
            .GroupBy(quantity => (quantity.Section, quantity.Symbol))
            .ToDictionary(group => group.Key, group => new Queue<GoldenQuantity>(group));
        List<string> problems = [];
        foreach (Section section in explanation.Sections)
        {
            foreach ((Step step, Quantity quantity) in section.Steps.SelectMany(step => step.Quantities, (step, one) => (step, one)))
            {
                string place = $"{section.Title}, {step.Title}, {quantity.Symbol.Tex}";
                if (!expected.TryGetValue((section.Title, quantity.Symbol.Tex), out Queue<GoldenQuantity>? queue) || queue.Count == 0)
                {
                    problems.Add($"{place}: no golden number");
                }
                else
                {
                    problems.AddRange(Differences(quantity, queue.Dequeue()).Select(difference => $"{place}: {difference}"));
                }
            }
        }

        problems.AddRange(expected.Values.SelectMany(queue => queue).Select(unused => $"{unused.Section}, {unused.Symbol}: unused"));
        return problems;
    }

    private static IEnumerable<string> Differences(Quantity actual, GoldenQuantity golden)
    {
        if (actual.Values.Length != golden.Values.Length)
        {
            return [string.Create(CultureInfo.InvariantCulture, $"{actual.Values.Length} numbers; PyTorch has {golden.Values.Length}")];
        }

        return
            from pair in actual.Values.Zip(golden.Values, (ours, theirs) => (ours, theirs))
            let allowed = (golden.Tolerance ?? Rounding) * Math.Max(Math.Abs(pair.theirs), golden.Scale)
            where !(Math.Abs(pair.ours - pair.theirs) <= allowed)
            select string.Create(CultureInfo.InvariantCulture, $"{pair.ours:R}; PyTorch's is {pair.theirs:R}");
    }
}
