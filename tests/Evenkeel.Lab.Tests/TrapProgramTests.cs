using System.Globalization;
using System.Text.RegularExpressions;
using Evenkeel.Lab.Programs;
using Evenkeel.Lab.Tests.Support;
using Evenkeel.Lab.Traps;

namespace Evenkeel.Lab.Tests;

/// <summary>The programs of a trap show what its run shows.</summary>
public class TrapProgramTests
{
    [Fact]
    public void A_batch_of_one_is_refused()
    {
        string[] lines = CSharpProgram.Run(Program("batch-of-one").CSharp!);

        Assert.Contains("has no variance", lines[0], StringComparison.Ordinal);
        Assert.Equal([-1.342, -0.447, 0.447, 1.342], Numbers(lines[1]), Close);
    }

    [Fact]
    public void A_NaN_fills_its_channel()
    {
        string[] lines = CSharpProgram.Run(Program("nan").CSharp!);

        Assert.Matches(@"^y: NaN, -1\.0690?\d*, NaN, -0\.267\d*, NaN, 1\.336\d*$", lines[0]);
        Assert.Equal(["running means: 0, 0", "batches skipped: 1"], lines[1..]);
    }

    [Fact]
    public void A_constant_channel_becomes_its_bias()
    {
        string[] lines = CSharpProgram.Run(Program("constant-channel").CSharp!);

        Assert.Equal([8, 8, 8, 8], Numbers(lines[0]));
        Assert.Equal([237.2, -79.1, -79.1, -79.1], Numbers(lines[1]), (a, b) => Math.Abs(a - b) < 0.06);
    }

    [Theory]
    [InlineData("contrast")]
    [InlineData("dropout")]
    [InlineData("neighbours")]
    public void It_prints_the_numbers_of_the_run(string name)
    {
        double[] seen =
        [
            .. TrapCatalog.All.Single(trap => trap.Name == name).Run().Select(sight => sight.Value.EndsWith('%')
                ? double.Parse(sight.Value.TrimEnd('%', ' '), CultureInfo.InvariantCulture) / 100
                : double.Parse(sight.Value, CultureInfo.InvariantCulture)),
        ];

        Assert.Equal(seen, CSharpProgram.Run(Program(name).CSharp!).SelectMany(Numbers), Close);
    }

    [Fact]
    public void Sorted_classes_cost_accuracy() => AssertSortedClassesCostAccuracy(CSharpProgram.Run(Program("sorted-classes").CSharp!));

    [TorchFact]
    public void PyTorch_shows_it_too()
    {
        string[] Lines(string name) => PythonProgram.Run(Program(name).PyTorch!);

        Assert.Contains("more than 1 value per channel", Lines("batch-of-one")[0], StringComparison.Ordinal);
        Assert.StartsWith("running means: [nan, ", Lines("nan")[1], StringComparison.Ordinal);
        Assert.Equal([8, 8, 8, 8], Numbers(Lines("constant-channel")[0]), Close);
        Assert.InRange(Numbers(Lines("dropout")[1]).Last(), 0.45, 0.55);
        AssertSortedClassesCostAccuracy(Lines("sorted-classes"));
        double[] accuracies = [.. Lines("contrast").SelectMany(Numbers)];
        Assert.True(accuracies[0] - accuracies[1] > 0.05 && accuracies[0] - accuracies[2] < 0.03, string.Join(", ", accuracies));
        double[] outputs = [.. Lines("neighbours").SelectMany(Numbers)];
        Assert.NotEqual(outputs[0], outputs[1]);
    }

    private static void AssertSortedClassesCostAccuracy(string[] lines)
    {
        double[] accuracies = [.. lines.SelectMany(Numbers)];

        Assert.True(accuracies[0] - accuracies[1] > 0.05 && accuracies[2] - accuracies[1] > 0.05, string.Join(", ", accuracies));
    }

    private static LabProgram Program(string name) => TrapProgram.Of(TrapCatalog.All.Single(trap => trap.Name == name));

    private static bool Close(double a, double b) => Math.Abs(a - b) < 6e-4;

    /// <summary>The numbers after a line's colon.</summary>
    private static IEnumerable<double> Numbers(string line) => Regex.Matches(line[line.IndexOf(':')..], @"-?\d+(\.\d+)?(E-?\d+)?")
        .Select(number => double.Parse(number.Value, CultureInfo.InvariantCulture));
}
