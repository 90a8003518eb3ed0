using System.Globalization;
using Evenkeel.Numerics.Loops;

namespace Evenkeel.Benchmarks;

/// <summary>What came out for one pass of a normalization, beside memory and peers.</summary>
/// <param name="Shape">The shape.</param>
/// <param name="Threads">On how many threads.</param>
/// <param name="Pass">The pass.</param>
/// <param name="Strategy">In which order it goes through memory, and how it writes.</param>
/// <param name="Seconds">What ours takes.</param>
/// <param name="Memory">What moving the bytes takes: a copy, or for the backward pass a triad.</param>
/// <param name="PyTorch">What PyTorch takes; null where it was not asked.</param>
/// <param name="OneDnn">What oneDNN takes in its own layout; null where it was not asked.</param>
/// <param name="TorchSharp">What TorchSharp takes; null where it was not asked.</param>
internal sealed record NormalizationRow(
    string Shape,
    int Threads,
    NormalizationPass Pass,
    MemoryStrategy Strategy,
    double Seconds,
    NormalizationRow.Comparison Memory,
    NormalizationRow.Comparison? PyTorch,
    NormalizationRow.Comparison? OneDnn,
    NormalizationRow.Comparison? TorchSharp)
{
    /// <summary>The head of a table of rows.</summary>
    public const string Head =
        "| shape | threads | pass | strategy | Evenkeel | copy or triad | ours ÷ it | at most | PyTorch | it ÷ ours | at least | oneDNN | it ÷ ours | TorchSharp | it ÷ ours | |\n" +
        "| --- | ---: | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- |";

    /// <summary>What ours loses in, in words.</summary>
    public IEnumerable<string> Losses
    {
        get
        {
            string floor = Pass.IsBackward() ? "triad" : "copy";
            if (Memory.Ratio.Median > Memory.Target)
            {
                yield return Invariant($"{Memory.Ratio.Median:F2} times the {floor}, at most {Memory.Target:F1} wanted");
            }

            if (PyTorch?.Ratio.Median < (PyTorch?.Target ?? 1))
            {
                yield return Invariant($"{PyTorch!.Ratio.Median:F2} times as fast as PyTorch, at least {PyTorch.Target ?? 1:F1} wanted");
            }

            if (OneDnn?.Ratio.Median < 1)
            {
                yield return Invariant($"{OneDnn.Ratio.Median:F2} times as fast as oneDNN in its own layout");
            }

            if (TorchSharp?.Ratio.Median < 1)
            {
                yield return Invariant($"{TorchSharp.Ratio.Median:F2} times as fast as TorchSharp");
            }
        }
    }

    /// <summary>The row of a table.</summary>
    public override string ToString() =>
        Invariant($"| {Shape} | {Threads} | {Pass.Name()} | {Strategy} | {Milliseconds(Seconds)} | {Cells(Memory)} | {Cells(PyTorch)} | {CellsWithoutTarget(OneDnn)} | {CellsWithoutTarget(TorchSharp)} | {(Losses.Any() ? "✗" : "")} |");

    private static string Cells(Comparison? with) =>
        $"{CellsWithoutTarget(with)} | {with?.Target?.ToString("F1", CultureInfo.InvariantCulture)}";

    private static string CellsWithoutTarget(Comparison? with) => with is null ? " | " : $"{Milliseconds(with.Seconds)} | {with.Ratio}";

    private static string Milliseconds(double seconds) => (1e3 * seconds).ToString("G3", CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    /// <summary>A rival's time, the quartiles of the rounds' ratios, and what the ratio is to be; null where nothing is asked.</summary>
    internal sealed record Comparison(double Seconds, Quartiles Ratio, double? Target);
}
