using Evenkeel.Cli.Shell;
using Evenkeel.Explanations;
using Evenkeel.Explanations.Formulas;
using static System.FormattableString;

namespace Evenkeel.Cli.Rendering;

/// <summary>Prints an explanation for people.</summary>
internal sealed class ExplanationRendering
{
    private const string Indent = "     ";
    private const int PlainWidth = 80;

    private readonly TextWriter _output;
    private readonly int? _wrapAt;
    private readonly QuantityLines _quantities;

    private ExplanationRendering(Terminal terminal)
    {
        _output = terminal.Output;

        // Numbers are laid out for 80 columns in files and pipes too; sentences are wrapped on a terminal only.
        int width = terminal.IsLive ? Math.Max(40, terminal.Console.Profile.Width) : PlainWidth;
        _wrapAt = terminal.IsLive ? width : null;
        _quantities = new QuantityLines(width - Indent.Length);
    }

    /// <summary>Prints an explanation.</summary>
    public static void Write(Terminal terminal, Explanation explanation)
    {
        var rendering = new ExplanationRendering(terminal);
        rendering._output.WriteLine(explanation.Title);
        rendering.WriteText(explanation.Summary, "");
        rendering.WriteSets(explanation);
        int number = 0;
        foreach (Section section in explanation.Sections)
        {
            number = section.Kind == SectionKind.Backward ? 0 : number;
            rendering.WriteSection(section, ref number);
        }

        rendering._output.WriteLine();
        if (explanation.Study is not null)
        {
            rendering._output.WriteLine($"On real data: evenkeel study {explanation.Study}");
        }

        rendering._output.WriteLine($"More: {explanation.Documentation}");
    }

    private void WriteSection(Section section, ref int number)
    {
        _output.WriteLine();
        _output.WriteLine(section.Title);
        if (section.Text.Length > 0)
        {
            WriteText(section.Text, "");
        }

        bool isNumbered = section.Kind is SectionKind.Forward or SectionKind.Backward;
        foreach (Step step in section.Steps)
        {
            _output.WriteLine();
            string label = isNumbered ? Invariant($"{++number,3}  ") : Indent;
            string heading = step.Formulas.Count == 1 ? $"{label}{step.Title}: {step.Formulas[0]}" : label + step.Title;
            bool isWithFormula = step.Formulas.Count == 1 && heading.Length <= PlainWidth;
            _output.WriteLine(isWithFormula ? heading : label + step.Title);
            if (step.Text.Length > 0)
            {
                WriteText(step.Text, Indent);
            }

            foreach (Formula formula in isWithFormula ? [] : step.Formulas)
            {
                _output.WriteLine(Indent + formula);
            }

            if (step.Examples.Count > 0)
            {
                _output.WriteLine($"{Indent}first: {step.Examples[0]}");
            }

            foreach (Quantity quantity in step.Quantities)
            {
                WriteQuantity(quantity);
            }
        }

        number = isNumbered ? number : 0;
    }

    private void WriteQuantity(Quantity quantity)
    {
        foreach (string line in _quantities.Of(quantity))
        {
            _output.WriteLine(Indent + line);
        }

        if (quantity.LibraryDifference is { } difference)
        {
            string agreement = difference == 0 ? "equal" : $"largest difference {Numbers.Short(difference)}";
            _output.WriteLine($"{Indent}library: {agreement}");
        }
    }

    private void WriteSets(Explanation explanation)
    {
        if (explanation.Sets.Count == 0)
        {
            return;
        }

        SetPicture first = explanation.Sets[0];
        int channels = first.Shape[1], positions = first.SetOf.Length / first.Shape[0] / channels;
        int sets = explanation.Sets.Max(picture => picture.SetOf.Max()) + 1;
        int labelWidth = Label(sets - 1).Length;
        int channelWidth = Math.Max(positions * (labelWidth + 1) - 1, 3);
        _output.WriteLine();
        _output.WriteLine("Which elements share statistics");
        if (16 + channels * (channelWidth + 3) > PlainWidth)
        {
            WriteText("The input is too wide for letters here; the page shows it (--out FILE.html).", "");
            return;
        }

        WriteText("Elements with the same letter are a set: they share mean and variance.", "");
        _output.WriteLine();
        _output.WriteLine(
            (new string(' ', 16) + string.Join("   ",
                Enumerable.Range(0, channels).Select(c => Invariant($"c={c}").PadRight(channelWidth)))).TrimEnd());
        foreach (SetPicture picture in explanation.Sets)
        {
            for (int n = 0; n < picture.Shape[0]; n++)
            {
                string name = n == 0 ? picture.Method : "";
                string row = string.Join("   ", Enumerable.Range(0, channels).Select(c => string.Join(
                    ' ',
                    picture.SetOf.Skip((n * channels + c) * positions).Take(positions).Select(set =>
                        Label(set).PadLeft(labelWidth))).PadRight(channelWidth)));
                _output.WriteLine($"  {name,-9}{Invariant($"n={n}"),-5}{row}".TrimEnd());
            }
        }
    }

    /// <summary>A, B, … Z, AA, AB, ….</summary>
    private static string Label(int set) => set < 26 ? ((char)('A' + set)).ToString() : Label(set / 26 - 1) + Label(set % 26);

    private void WriteText(string text, string indent)
    {
        if (_wrapAt is not { } width)
        {
            _output.WriteLine(indent + text);
            return;
        }

        string line = indent;
        foreach (string word in text.Split(' '))
        {
            if (line.Length + word.Length > width && line.Length > indent.Length)
            {
                _output.WriteLine(line.TrimEnd());
                line = indent;
            }

            line += word + " ";
        }

        _output.WriteLine(line.TrimEnd());
    }
}
