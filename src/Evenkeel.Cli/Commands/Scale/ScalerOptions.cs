using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Evenkeel.Cli.Shell;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Scaling;

namespace Evenkeel.Cli.Commands.Scale;

/// <summary>The options for the scaler to fit.</summary>
internal sealed class ScalerOptions
{
    private const string Standard = "standard", ZeroMean = "zero-mean", UnitVariance = "unit-variance";
    private const string MinMax = "min-max", MaxAbs = "max-abs";
    private const string Robust = "robust", Log = "log", YeoJohnson = "yeo-johnson", RowNorm = "row-norm";
    private const string Sample = "sample";
    private const string L1 = "l1", L2 = "l2", Max = "max";

    private readonly Option<string> _kind = Kind();

    private readonly Option<string> _deviation = SharedOptions.Choice(
        "--deviation",
        "Standard deviation by which standard and unit-variance divide: of the population (default), "
        + "or of a sample, with Bessel's correction.",
        "population",
        Sample);

    private readonly Option<(double Low, double High)> _range = Pair(
        "--range",
        (0, 1),
        "Range to which min-max scales (default 0,1).",
        (low, high) => high > low && double.IsFinite(high - low),
        "two finite numbers, the lower one first, such as -1,1");

    private readonly Option<bool> _clip = new("--clip")
    {
        Description = "Let min-max clip values to its range.",
    };

    private readonly Option<(double Low, double High)> _quantiles = Pair(
        "--quantiles",
        (0.25, 0.75),
        "Quantiles by whose difference robust divides (default 0.25,0.75).",
        (low, high) => low >= 0 && high > low && high <= 1,
        "two numbers from 0 to 1, the lower one first, such as 0.1,0.9");

    private readonly Option<double> _offset = SharedOptions.Number(
        "--offset", "X", "Number that log adds before it takes the logarithm (default 1).", 1.0,
        "a finite number of at least 0", value => value >= 0 && double.IsFinite(value));

    private readonly Option<string> _norm = SharedOptions.Choice(
        "--norm", "Norm that row-norm makes 1 in each row (default l2).", L2, L1, Max);

    /// <summary>The options, for a group of the help.</summary>
    public Option[] All => [_kind, _deviation, _range, _clip, _quantiles, _offset, _norm];

    /// <summary>Creates the scaler, not fitted yet.</summary>
    public Scaler Create(ParseResult parsed)
    {
        VarianceEstimator variance = parsed.GetValue(_deviation) == Sample ? VarianceEstimator.Sample : VarianceEstimator.Population;
        (double low, double high) = parsed.GetValue(_range);
        (double lower, double upper) = parsed.GetValue(_quantiles);
        return parsed.GetValue(_kind) switch
        {
            Standard => new StandardScaler(variance),
            ZeroMean => new ZeroMeanScaler(),
            UnitVariance => new UnitVarianceScaler(variance),
            MinMax => new MinMaxScaler(low, high, parsed.GetValue(_clip)),
            MaxAbs => new MaxAbsScaler(),
            Robust => new RobustScaler(lower, upper),
            Log => new LogScaler(parsed.GetValue(_offset)),
            YeoJohnson => new YeoJohnsonScaler(),
            RowNorm => new RowNormalizer(parsed.GetValue(_norm) switch { L1 => VectorNorm.L1, Max => VectorNorm.Max, _ => VectorNorm.L2 }),
            var other => throw new UnreachableException(other),
        };
    }

    /// <summary>Refuses options that do not apply to the scaler.</summary>
    /// <exception cref="UsageException">An option does not apply.</exception>
    public void Check(ParseResult parsed)
    {
        string kind = parsed.GetValue(_kind)!;
        Refuse(_deviation, Standard, UnitVariance);
        Refuse(_range, MinMax);
        Refuse(_clip, MinMax);
        Refuse(_quantiles, Robust);
        Refuse(_offset, Log);
        Refuse(_norm, RowNorm);

        void Refuse(Option option, params string[] owners)
        {
            if (parsed.GetResult(option) is { Implicit: false } && !owners.Contains(kind, StringComparer.Ordinal))
            {
                throw new UsageException($"{option.Name} applies to --scaler {string.Join(" and ", owners)}, not to {kind}.");
            }
        }
    }

    private static Option<string> Kind()
    {
        string[] kinds = [Standard, ZeroMean, UnitVariance, MinMax, MaxAbs, Robust, Log, YeoJohnson, RowNorm];
        Option<string> option = SharedOptions.Choice("--scaler", $"The scaler: {string.Join(", ", kinds)} (default {Standard}).", kinds);
        option.HelpName = "KIND";
        return option;
    }

    private static Option<(double Low, double High)> Pair(
        string name,
        (double Low, double High) byDefault,
        string description,
        Func<double, double, bool> isValid,
        string expected) => new(name)
        {
            Description = description,
            HelpName = "LOW,HIGH",
            DefaultValueFactory = _ => byDefault,
            CustomParser = result =>
            {
                string text = SharedOptions.Text(result);
                string[] parts = text.Split(',');
                if (parts is [var first, var second] && TryParse(first, out double low) && TryParse(second, out double high)
                    && isValid(low, high))
                {
                    return (low, high);
                }

                result.AddError($"{name} '{text}' must be {expected}.");
                return default;
            },
        };

    private static bool TryParse(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
}
