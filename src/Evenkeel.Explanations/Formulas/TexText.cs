using System.Buffers;
using System.Text;

namespace Evenkeel.Explanations.Formulas;

/// <summary>Writes a formula in TeX as a line of Unicode text: <c>\frac{1}{m}\sum x^2</c> as 1/m Σx².</summary>
/// <remarks>It knows the commands that the explanations use; any other is refused.</remarks>
internal sealed class TexText
{
    private const string Plain = "0123456789−()n";
    private const string Raised = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁽⁾ⁿ";

    private static readonly Dictionary<string, string> Commands = new (string, string)[]
    {
        ("mu", "μ"), ("sigma", "σ"), ("gamma", "γ"), ("beta", "β"), ("varepsilon", "ε"), ("nu", "ν"), ("theta", "θ"),
        ("partial", "∂"), ("Delta", "Δ"), ("sum", "Σ"), ("cdot", "·"), ("le", "≤"), ("ge", "≥"), ("approx", "≈"), ("gets", "←"),
        ("to", "→"), ("ldots", "…"), ("langle", "⟨"), ("rangle", "⟩"), ("left", ""), ("right", ""), ("min", "min"),
        ("max", "max"), ("quad", "  "), ("prod", "Π"), ("prime", "′"), ("in", "∈"), ("alpha", "α"),
    }.ToDictionary();

    private static readonly Dictionary<string, string> Accents =
        new (string, string)[] { ("hat", "\u0302"), ("tilde", "\u0303"), ("bar", "\u0304") }.ToDictionary();

    private static readonly SearchValues<char> Operators = SearchValues.Create(" +−·/Σ");

    private readonly string _tex;
    private int _position;

    private TexText(string tex) => _tex = tex;

    /// <summary>Returns the text of a formula.</summary>
    /// <exception cref="FormatException">
    /// The formula has a command that is not known or lacks its argument, or braces that do not match.
    /// </exception>
    public static string Of(string tex)
    {
        var reader = new TexText(tex);
        string text = reader.Sequence();
        return reader._position == tex.Length ? text : throw reader.Error("a closing brace without an opening one");
    }

    private string Sequence()
    {
        var text = new StringBuilder();
        while (_position < _tex.Length && _tex[_position] != '}')
        {
            char next = _tex[_position];
            _ = text.Append(next switch
            {
                '^' => Superscript(),
                '_' => Subscript(),
                _ => Atom(),
            });
        }

        return text.ToString();
    }

    /// <summary>Reads a group, a command or a character.</summary>
    private string Atom()
    {
        char first = _tex[_position];
        switch (first)
        {
            case '{':
                _position++;
                string group = Sequence();
                if (_position == _tex.Length)
                {
                    throw Error("an opening brace without a closing one");
                }

                _position++;
                return group;
            case '\\':
                return Command();
            case '-':
                _position++;
                return "−";
            default:
                _position++;
                return first.ToString();
        }
    }

    /// <summary>Reads what a command or script applies to.</summary>
    private string Argument() => _position < _tex.Length && _tex[_position] != '}'
        ? Atom()
        : throw Error("a command or a script without its argument");

    private string Command()
    {
        int start = ++_position;
        if (start == _tex.Length)
        {
            throw Error("a backslash at its end");
        }

        while (_position < _tex.Length && char.IsAsciiLetter(_tex[_position]))
        {
            _position++;
        }

        if (_position == start)
        {
            _position++; // a thin space, or an escaped character
            return _tex[start] == ',' ? "" : _tex[start].ToString();
        }

        string name = _tex[start.._position];
        if (name is "partial" or "sum" or "Delta" && _position < _tex.Length && _tex[_position] == ' ')
        {
            _position++;
        }

        return name switch
        {
            "frac" => $"{Enclosed(Argument(), IsSimple)}/{Enclosed(Argument(), IsSimpleDivisor)}",
            "sqrt" => Root(Argument()),
            "mathrm" or "text" or "operatorname" => Argument(),
            _ when Accents.TryGetValue(name, out string? accent) => Argument() + accent,
            _ when Commands.TryGetValue(name, out string? text) => text,
            _ => throw Error($"the unknown command \\{name}"),
        };
    }

    private string Superscript()
    {
        _position++;
        string exponent = Argument();
        if (exponent == "′")
        {
            return exponent;
        }

        int[] indices = [.. exponent.Select(character => Plain.IndexOf(character, StringComparison.Ordinal))];
        return indices.Contains(-1) ? $"^({exponent})" : string.Concat(indices.Select(index => Raised[index]));
    }

    private string Subscript()
    {
        _position++;
        return "_" + Argument();
    }

    private static string Root(string content) => $"√{Enclosed(content, IsSimple)}";

    private static string Enclosed(string content, Func<string, bool> isSimple) => isSimple(content) ? content : $"({content})";

    /// <summary>True if no operator stands outside of parentheses.</summary>
    private static bool IsSimple(string content)
    {
        int depth = 0;
        foreach (char character in content)
        {
            depth += character switch { '(' => 1, ')' => -1, _ => 0 };
            if (depth == 0 && Operators.Contains(character))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>True also if it is not a product of a number and a symbol, as 2h is.</summary>
    private static bool IsSimpleDivisor(string content) =>
        IsSimple(content) && (!char.IsAsciiDigit(content[0]) || content.All(character => char.IsAsciiDigit(character) || character == '.'));

    private FormatException Error(string problem) => new($"The formula {_tex} has {problem}.");
}
