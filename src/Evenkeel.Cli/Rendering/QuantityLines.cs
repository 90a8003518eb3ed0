using Evenkeel.Explanations;
using Evenkeel.Explanations.Formulas;
using static System.FormattableString;

namespace Evenkeel.Cli.Rendering;

/// <summary>Prints the numbers of a quantity: vectors in a line, tables by rows, images side by side.</summary>
/// <param name="width">The number of columns to stay within.</param>
internal sealed class QuantityLines(int width)
{
    private const string Gap = "   ";

    /// <summary>The lines of a quantity.</summary>
    public IEnumerable<string> Of(Quantity quantity)
    {
        string[] cells = quantity.Values is [var only] ? [Numbers.Short(only)] : NumberFormat.Of(quantity.Values, quantity.IsLogarithmic);
        string shape = string.Join(", ", quantity.Axes.Zip(quantity.Shape, (axis, length) => Invariant($"{axis}={length}")));
        string head = quantity.Shape.Length == 0 ? $"{quantity.Symbol}" : $"{quantity.Symbol} [{shape}]";
        if (cells.Length > 1 && cells.All(cell => cell == cells[0]))
        {
            return [$"{head} = {cells[0]} everywhere"];
        }

        int cellWidth = cells.Max(cell => cell.Length);
        return quantity.Shape.Length switch
        {
            0 => [$"{head} = {cells[0]}"],
            1 => Row(head + "  ", cells),
            2 => [head, .. Table(quantity, cells, cellWidth)],
            _ => [head, .. Images(quantity, cells, cellWidth)],
        };
    }

    private IEnumerable<string> Table(Quantity quantity, string[] cells, int cellWidth)
    {
        int columns = quantity.Shape[1];
        for (int row = 0; row < quantity.Shape[0]; row++)
        {
            string label = Invariant($"{quantity.Axes[0].ToLowerInvariant()}={row}").PadRight(5);
            foreach (string line in Row(label, cells.Skip(row * columns).Take(columns).Select(cell => cell.PadLeft(cellWidth))))
            {
                yield return line;
            }
        }
    }

    /// <summary>The channels of each sample side by side, as far as they fit.</summary>
    private IEnumerable<string> Images(Quantity quantity, string[] cells, int cellWidth)
    {
        // Without a sample axis, as γ of layer normalization, there is one image.
        int rank = quantity.Shape.Length;
        bool hasSamples = quantity.Axes[0] == "N";
        int samples = hasSamples ? quantity.Shape[0] : 1, channels = quantity.Shape[hasSamples ? 1 : 0];
        int rows = rank - (hasSamples ? 2 : 1) == 2 ? quantity.Shape[^2] : 1, columns = quantity.Shape[^1];
        int imageWidth = Math.Max(columns * (cellWidth + 1) - 1, 4);
        const int LabelWidth = 5;
        int perLine = Math.Max(1, (width - LabelWidth) / (imageWidth + Gap.Length));
        for (int n = 0; n < samples; n++)
        {
            for (int first = 0; first < channels; first += perLine)
            {
                int[] shown = [.. Enumerable.Range(first, Math.Min(perLine, channels - first))];
                string label = (hasSamples ? Invariant($"n={n}") : "").PadRight(LabelWidth);
                yield return (label + string.Join(Gap, shown.Select(c => Invariant($"c={c}").PadRight(imageWidth)))).TrimEnd();
                for (int row = 0; row < rows; row++)
                {
                    int Start(int c) => ((n * channels + c) * rows + row) * columns;
                    yield return new string(' ', LabelWidth) + string.Join(Gap, shown.Select(c =>
                        string.Join(' ', cells.AsSpan(Start(c), columns).ToArray().Select(cell => cell.PadLeft(cellWidth))).PadLeft(
                            imageWidth)));
                }
            }
        }
    }

    private IEnumerable<string> Row(string label, IEnumerable<string> cells)
    {
        string line = label;
        foreach (string cell in cells)
        {
            if (line.Length + cell.Length + 2 > width && line.Length > label.Length)
            {
                yield return line.TrimEnd();
                line = new string(' ', label.Length);
            }

            line += cell + "  ";
        }

        yield return line.TrimEnd();
    }
}
