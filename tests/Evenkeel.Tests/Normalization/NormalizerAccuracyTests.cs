using System.Globalization;
using System.Text;
using Evenkeel.Tests.Golden;
using Evenkeel.Tests.Support;
using Xunit.Abstractions;

namespace Evenkeel.Tests.Normalization;

/// <summary>
/// The table of errors in the documentation is that of this build. To write it anew, run this test with
/// <c>EVENKEEL_WRITE_ACCURACY=1</c>.
/// </summary>
public class NormalizerAccuracyTests(ITestOutputHelper output)
{
    private static readonly nint[][] MaskedShapes = [[5, 7], [4, 18], [6, 3, 5], [3, 16, 17], [3, 6, 2, 9], [300, 3, 20], [3, 2, 4100]];

    [Fact]
    public void The_documented_errors_are_those_of_this_build()
    {
        string table = Table();
        output.WriteLine(table);
        string path = Path.Combine(Repository.Root, "docs/normalizers/accuracy.md");
        if (Environment.GetEnvironmentVariable("EVENKEEL_WRITE_ACCURACY") == "1")
        {
            File.WriteAllText(path, table);
        }

        Assert.Equal(table, File.ReadAllText(path));
    }

    private static string Table()
    {
        var text = new StringBuilder();
        text.Append("""
            # How exact the normalizers are

            Written by `NormalizerAccuracyTests`, which fails where a figure is no longer right.

            ## Against a reference in double precision

            The largest error over all shapes of the tests (around every boundary of vectors, blocks and shares of the work), relative to
            the largest number expected; that of dx to the largest of the terms it is the difference of. Rounding a number to single
            precision costs up to 6.0e-08. The last three columns are with masks of every kind and garbage where nothing is kept.
            Ghost chunks are of 3 samples; accumulated and synchronized batches are in two parts, the first of one sample, and the
            gradients of parts, each rounded, may be larger than their sum; the limits of the renormalization clip some channels and
            not others; cross-iteration is at the step that fills its window, behind a linear layer whose weights have moved.

            | normalizer | y | dx | dγ, dβ | y of inference | running statistics | masked: y | dx | dγ, dβ |
            | --- | --- | --- | --- | --- | --- | --- | --- | --- |

            """);
        foreach (Normalizer normalizer in Normalizers.All)
        {
            NormalizerErrors bare = NormalizerErrors.Largest(NormalizerReferenceTests.ShapesFor(normalizer, Shapes.ChannelFirst)
                .Select(lengths => new NormalizerRun(normalizer, lengths).CompareWithReference()));
            NormalizerErrors[] masked = [.. NormalizerReferenceTests.ShapesFor(normalizer, MaskedShapes).SelectMany(lengths =>
                normalizer.MasksOf(lengths).SelectMany(MaskOf.Kinds)
                    .Where(mask => mask.Fits(normalizer))
                    .Select(mask => new NormalizerRun(normalizer, lengths, mask).CompareWithReference()))];
            NormalizerErrors worst = masked.Length == 0 ? default : NormalizerErrors.Largest(masked);
            AddRow(text, normalizer.Name,
                [.. Columns(bare), worst.Forward, worst.InputGradient, worst.ParameterGradients]);
        }

        foreach (int window in (int[])[1, 2, 4, 8])
        {
            NormalizerErrors worst = NormalizerErrors.Largest(CrossIterationRun.OfWindow(window).Select(run => run.CompareWithReference()));
            AddRow(text, $"cross-iteration (k = {window})", [.. Columns(worst), 0, 0, 0]);
        }

        text.Append("""

            ## Against PyTorch 1.13.1

            The largest error against PyTorch in double precision over the golden files, and in parentheses that of PyTorch in single
            precision, where it has the normalizer. Relative to the largest number expected, so that a dx whose terms cancel, as in
            groups of one or two values, shows more than its rounding. "Inference" is every pass by running statistics.

            | golden files | y | dx | dγ, dβ | y of inference | running statistics |
            | --- | --- | --- | --- | --- | --- |

            """);
        foreach (string family in (string[])
            ["batch-norm", "layer-norm", "rms-norm", "instance-norm", "group-norm-2d", "group-norm-wide", "batch-renorm",
                "cross-iteration-window", "ghost-batch-norm", "accumulated-batch-norm", "sync-batch-norm", "masked-batch-norm",
                "masked-group-norm", "masked-layer-norm"])
        {
            IEnumerable<IGrouping<bool, string>> layouts =
                GoldenFile.Names(family).GroupBy(name => name.Contains("channel-last", StringComparison.Ordinal))
                    .OrderBy(layout => layout.Key);
            foreach (IGrouping<bool, string> layout in layouts)
            {
                AddGolden(text, layout.Key ? $"{family}, channel last" : family, layout);
            }
        }

        return text.ToString();
    }

    private static double[] Columns(NormalizerErrors errors) =>
        [errors.Forward, errors.InputGradient, errors.ParameterGradients, errors.Inference, errors.RunningStatistics];

    private static void AddGolden(StringBuilder text, string title, IEnumerable<string> names)
    {
        Dictionary<string, (double Ours, double? Theirs)> worst = [];
        foreach (GoldenFile golden in names.Select(GoldenFile.Read))
        {
            GoldenNormalizer normalizer = GoldenNormalizer.Of(golden);
            foreach (GoldenValues step in golden.Steps)
            {
                foreach ((string tensor, double[] actual) in normalizer.Take(step).Where(result => step.Has(result.Key)))
                {
                    double[] expected = step[tensor].Doubles;
                    double ours = Closeness.Error(actual, expected);
                    double? theirs = step.SinglePrecision is { } single && single.Has(tensor)
                        ? Closeness.Error(single[tensor].Doubles, expected)
                        : null;
                    string column = Column(tensor, step.Mode);
                    (double Ours, double? Theirs) before = worst.GetValueOrDefault(column);
                    worst[column] =
                        (Math.Max(before.Ours, ours), theirs is { } error ? Math.Max(before.Theirs ?? 0, error) : before.Theirs);
                }
            }
        }

        string[] columns = ["y", "dx", "dγ, dβ", "inference", "running"];
        text.Append(CultureInfo.InvariantCulture, $"| {title} |");
        foreach (string column in columns)
        {
            text.Append(' ').Append(worst.TryGetValue(column, out (double Ours, double? Theirs) errors)
                ? Text(errors.Ours) + (errors.Theirs is { } theirs ? $" ({Text(theirs)})" : "")
                : "").Append(" |");
        }

        text.Append('\n');
    }

    private static string Column(string tensor, string mode) => tensor switch
    {
        "output" => mode == "train" ? "y" : "inference",
        "input_gradient" => "dx",
        "weight_gradient" or "bias_gradient" => "dγ, dβ",
        "running_mean" or "running_var" or "running_std" => "running",
        _ => "others",
    };

    private static void AddRow(StringBuilder text, string name, double[] errors) => text
        .Append(CultureInfo.InvariantCulture, $"| {name} | ").AppendJoin(" | ", errors.Select(error => error == 0 ? "" : Text(error)))
            .Append(" |\n");

    private static string Text(double error) => error.ToString("0.0e-00", CultureInfo.InvariantCulture);
}
