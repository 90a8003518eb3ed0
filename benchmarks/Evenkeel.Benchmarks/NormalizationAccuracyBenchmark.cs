using System.Globalization;
using System.Text;
using Evenkeel.Tests.Accuracy;

namespace Evenkeel.Benchmarks;

/// <summary>How exact the normalizers are, beside PyTorch on the same numbers: writes docs/normalizers/accuracy-ulps.md.</summary>
internal static class NormalizationAccuracyBenchmark
{
    private const string Page = "docs/normalizers/accuracy-ulps.md";

    private static readonly (Quantity Quantity, string Name)[] Columns =
    [
        (Quantity.Output, "y"),
        (Quantity.InputGradient, "dx"),
        (Quantity.WeightGradient, "dγ"),
        (Quantity.BiasGradient, "dβ"),
        (Quantity.RunningMean, "running mean"),
        (Quantity.RunningVariance, "running variance"),
        (Quantity.Inference, "y of inference"),
    ];

    public static void Run()
    {
        using var peer = new PyTorchNormalization();
        var text = new StringBuilder();
        var worse = new List<string>();
        NormalizerSubject image = NormalizerSubject.All.First(subject => !subject.WeighsElements);
        NormalizerSubject row = NormalizerSubject.All.First(subject => subject.WeighsElements);
        text.Append(CultureInfo.InvariantCulture, $"""
            # How exact the normalizers are, in units in the last place

            Written by `dotnet run -c Release --project benchmarks/Evenkeel.Benchmarks -- normalization-accuracy`, beside {peer.Version} on
            one thread, on the same numbers. `NormalizerUlpTests` fails where an error of ours is above
            {Limit(Quantity.Output, image)} for y ({Limit(Quantity.Output, row)} in layer norm),
            {Limit(Quantity.InputGradient, image)} for dx or {Limit(Quantity.WeightGradient, image)} for dγ and dβ.

            In each cell: the largest error, and the mean error, against a reference in double precision. The unit is the spacing of floats
            at the exact result or, where that is a sum whose terms cancel, at the largest of its terms: of y = γ·x̂ + β, of
            dx = (γ·dy − mean(γ·dy) − x̂·mean(γ·dy·x̂))/√(σ² + ε), of dγ = Σdy·x̂, of dβ = Σdy, and of the running mean, Σx/m. x̂, itself a
            difference, counts in y and dx at least as much as its root mean square over the set. Rounding alone costs up to 0.50.

            γ is between 0.5 and 1.5, every second β between −1 and 1 and the others 0, dy is 0 ± 1, all at random; ε = 10⁻⁵. Running
            statistics are those of one batch that counts wholly, and inference is by these; ours are in double precision, hence 0.00.
            Group norm has 8 groups. "Not finite" is NaN or infinite where a float could hold the exact number, "overflow" infinite where
            none could. From 10⁷ on no digit is right. In a constant set dγ, the variance and, where β = 0, y are exactly 0, and so are
            their terms: any other number there counts as many units as it has smallest floats (10⁻⁴⁵).


            """);
        foreach (NormalizerSubject subject in NormalizerSubject.All)
        {
            Measure(subject, peer, text, worse);
        }

        text.Append("## Where ours is worse\n\nBy more than half a unit in the largest error, or 0.03 in the mean.\n\n");
        text.AppendJoin("", worse.Select(line => $"- {line}\n"));
        text.Append(worse.Count == 0 ? "Nowhere.\n" : "");
        File.WriteAllText(Page, text.ToString());
        Console.Write(text);
    }

    private static void Measure(NormalizerSubject subject, PyTorchNormalization peer, StringBuilder text, List<string> worse)
    {
        text.Append(CultureInfo.InvariantCulture, $"## {subject.Name}\n\n");
        Quantity[]? columns = null;
        IEnumerable<(HardInput Input, nint[] Lengths)> rows =
            [.. HardInput.All.Select(input => (input, subject.Shapes.Usual)), (HardInput.Normal, subject.Shapes.Large)];
        foreach ((HardInput input, nint[] lengths) in rows)
        {
            string shape = string.Join('×', lengths);
            NormalizationProblem problem = subject.Problem(lengths, input);
            Dictionary<Quantity, UlpErrors> ours = problem.Errors(subject.Make(lengths));
            Dictionary<Quantity, UlpErrors> theirs = peer.Errors(problem, $"{subject.Call} {string.Join(' ', lengths)}");
            if (columns is null)
            {
                columns = [.. Columns.Select(column => column.Quantity).Where(ours.ContainsKey)];
                AddRow(text, ["input", "shape", "", .. columns.Select(NameOf)]);
                AddRow(text, Enumerable.Repeat("---", columns.Length + 3));
            }

            AddRow(text, [input.Name, shape, "Evenkeel", .. columns.Select(column => ours[column].ToString())]);
            AddRow(text, ["", "", "PyTorch", .. columns.Select(column => theirs[column].ToString())]);
            worse.AddRange(columns
                .Where(column => ours[column].AreWorseThan(theirs[column]))
                .Select(column => $"{subject.Name}, {input} {shape}: {NameOf(column)} {ours[column]} (PyTorch {theirs[column]})"));
        }

        text.Append('\n');
    }

    private static string Limit(Quantity quantity, NormalizerSubject subject) =>
        UlpLimits.Of(quantity, subject).ToString("0.0", CultureInfo.InvariantCulture);

    private static string NameOf(Quantity quantity) => Columns.Single(column => column.Quantity == quantity).Name;

    private static void AddRow(StringBuilder text, IEnumerable<string> cells) => text.Append("| ").AppendJoin(" | ", cells).Append(" |\n");
}
