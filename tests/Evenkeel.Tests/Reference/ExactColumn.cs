namespace Evenkeel.Tests.Reference;

/// <summary>What scalers fit to a column, without rounding; NaN is left out.</summary>
internal sealed class ExactColumn
{
    public ExactColumn(IEnumerable<double> values)
    {
        double[] numbers = [.. values.Where(value => !double.IsNaN(value))];
        Exact count = Exact.Of(numbers.Length);
        Exact sum = Sum(numbers.Select(Exact.Of));
        Mean = sum / count;
        Exact squares = Sum(numbers.Select(value => Exact.Of(value) * Exact.Of(value)));
        Variance = (squares * count - sum * sum) / (count * count);
        Min = Exact.Of(numbers.Min());
        Max = Exact.Of(numbers.Max());
    }

    public Exact Mean { get; }

    /// <summary>The population's variance.</summary>
    public Exact Variance { get; }

    public Exact Min { get; }

    public Exact Max { get; }

    private static Exact Sum(IEnumerable<Exact> terms) => terms.Aggregate((a, b) => a + b);
}
