namespace Evenkeel.Explanations.Formulas;

/// <summary>A formula or symbol, in TeX for pages and as text for terminals.</summary>
internal sealed record Formula
{
    private Formula(string tex)
    {
        Tex = tex;
        Text = TexText.Of(tex);
    }

    /// <summary>The formula in TeX.</summary>
    public string Tex { get; }

    /// <summary>The formula as a line of Unicode text.</summary>
    public string Text { get; }

    /// <summary>Makes a formula of TeX.</summary>
    public static implicit operator Formula(string tex) => new(tex);

    /// <inheritdoc/>
    public override string ToString() => Text;
}
