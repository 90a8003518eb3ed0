using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using Evenkeel.Tensors;

namespace Evenkeel.Cli.Rendering;

/// <summary>The range of some values, and how many are not finite.</summary>
internal sealed class ValueRange
{
    /// <summary>The least finite value; +∞ if there is none.</summary>
    public double Min { get; private set; } = double.PositiveInfinity;

    /// <summary>The greatest finite value; −∞ if there is none.</summary>
    public double Max { get; private set; } = double.NegativeInfinity;

    /// <summary>The number of values that are NaN or infinite.</summary>
    public long NotFinite { get; private set; }

    /// <summary>Whether there is a finite value.</summary>
    public bool HasValues => Min <= Max;

    /// <summary>The range of values.</summary>
    public static ValueRange Of<T>(ReadOnlySpan<T> values)
        where T : INumberBase<T>
    {
        var range = new ValueRange();
        range.Add(values);
        return range;
    }

    /// <summary>The range of all elements of a tensor, whose hash is checked.</summary>
    public static ValueRange Of(NamedTensor tensor)
    {
        var range = new ValueRange();
        tensor.ForEachElements<double>(range.Add);
        return range;
    }

    /// <summary>A number with up to six digits.</summary>
    public static string Shown(double value) => value.ToString("G6", CultureInfo.InvariantCulture);

    /// <summary>The range with up to six digits: <c>0.5 to 2</c>; a dash if there is none.</summary>
    public override string ToString() => !HasValues ? "-" : Min == Max ? Shown(Min) : $"{Shown(Min)} to {Shown(Max)}";

    /// <summary>The range as [min, max]; null if there is none.</summary>
    public JsonArray? ToJson() => HasValues ? [Min, Max] : null;

    private void Add<T>(ReadOnlySpan<T> values)
        where T : INumberBase<T>
    {
        foreach (T value in values)
        {
            double number = double.CreateTruncating(value);
            if (double.IsFinite(number))
            {
                Min = Math.Min(Min, number);
                Max = Math.Max(Max, number);
            }
            else
            {
                NotFinite++;
            }
        }
    }
}
