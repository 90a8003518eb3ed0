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
    private const string Quantile = "quantile", Bins = "bins", Clip = "clip";
    private const string Sample = "sample", Uniform = "uniform", Normal = "normal";
    private const string L1 = "l1", L2 = "l2", Max = "max";

    private static readonly string[] Kinds =
        [Standard, ZeroMean, UnitVariance, MinMax, MaxAbs, Robust, Quantile, Log, YeoJohnson, Clip, Bins, RowNorm];

    private readonly Option<string[]> _kinds = KindsOption();

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

    private readonly Option<double> _quantileCount = SharedOptions.Number(
        "--quantile-count", "N", "Number of quantiles by which quantile maps (default 1000).", 1000.0,
        "a whole number from 2 to 65536", value => IsWhole(value, 2, QuantileTransformer.MaximumQuantiles));

    private readonly Option<string> _distribution = SharedOptions.Choice(
        "--output-distribution", "Distribution to which quantile maps (default uniform, from 0 to 1).", Uniform, Normal);

    private readonly Option<double> _bins = SharedOptions.Number(
        "--bins", "N", "Number of bins (default 5).", 5.0,
        "a whole number from 2 to 65535", value => IsWhole(value, 2, KBinsDiscretizer.MaximumBins));

    private readonly Option<string> _strategy = SharedOptions.Choice(
        "--strategy", "Bins of equally many values (default quantile), or of equal width.", Quantile, Uniform);

    private readonly Option<(double Low, double High)> _limits = Pair(
        "--limits",
        (double.NegativeInfinity, double.PositiveInfinity),
        "Range to which clip cuts the values off.",
        (low, high) => high >= low,
        "two finite numbers, the lower one first, such as 0,100");

    /// <summary>The options, for a group of the help.</summary>
    public Option[] All =>
    [
        _kinds, _deviation, _range, _clip, _quantiles, _quantileCount, _distribution, _offset, _limits, _bins, _strategy, _norm,
    ];

    /// <summary>Creates the scaler, or the chain of scalers, not fitted yet.</summary>
    public Scaler Create(ParseResult parsed)
    {
        string[] kinds = parsed.GetValue(_kinds)!;
        return kinds is [var only] ? Create(parsed, only) : new ScalerPipeline([.. kinds.Select(kind => Create(parsed, kind))]);
    }

    private Scaler Create(ParseResult parsed, string kind)
    {
        VarianceEstimator variance = parsed.GetValue(_deviation) == Sample ? VarianceEstimator.Sample : VarianceEstimator.Population;
        (double low, double high) = parsed.GetValue(_range);
        (double lower, double upper) = parsed.GetValue(_quantiles);
        (double least, double most) = parsed.GetValue(_limits);
        return kind switch
        {
            Standard => new StandardScaler(variance),
            ZeroMean => new ZeroMeanScaler(),
            UnitVariance => new UnitVarianceScaler(variance),
            MinMax => new MinMaxScaler(low, high, parsed.GetValue(_clip)),
            MaxAbs => new MaxAbsScaler(),
            Robust => new RobustScaler(lower, upper),
            Quantile => new QuantileTransformer(
                (int)parsed.GetValue(_quantileCount),
                parsed.GetValue(_distribution) == Normal ? OutputDistribution.Normal : OutputDistribution.Uniform),
            Log => new LogScaler(parsed.GetValue(_offset)),
            YeoJohnson => new YeoJohnsonScaler(),
            Clip => new ClippingScaler(least, most),
            Bins => new KBinsDiscretizer(
                (int)parsed.GetValue(_bins), parsed.GetValue(_strategy) == Uniform ? BinStrategy.Uniform : BinStrategy.Quantile),
            RowNorm => new RowNormalizer(parsed.GetValue(_norm) switch { L1 => VectorNorm.L1, Max => VectorNorm.Max, _ => VectorNorm.L2 }),
            var other => throw new UnreachableException(other),
        };
    }

    /// <summary>Refuses options that do not apply to the scaler, and chains that one pass over a file cannot fit.</summary>
    /// <exception cref="UsageException">An option does not apply, or is missing.</exception>
    /// <exception cref="UsageException">Two scalers of a chain learn from the file.</exception>
    public void Check(ParseResult parsed)
    {
        string[] kinds = parsed.GetValue(_kinds)!;
        Refuse(_deviation, Standard, UnitVariance);
        Refuse(_range, MinMax);
        Refuse(_clip, MinMax);
        Refuse(_quantiles, Robust);
        Refuse(_quantileCount, Quantile);
        Refuse(_distribution, Quantile);
        Refuse(_offset, Log);
        Refuse(_limits, Clip);
        Refuse(_bins, Bins);
        Refuse(_strategy, Bins);
        Refuse(_norm, RowNorm);
        if (kinds.Contains(Clip, StringComparer.Ordinal) && parsed.GetResult(_limits) is not { Implicit: false })
        {
            throw new UsageException($"--scaler {Clip} needs {_limits.Name} LOW,HIGH.");
        }

        string[] learning = [.. kinds.Where(kind => kind is not (Log or Clip or RowNorm))];
        if (learning.Length > 1)
        {
            throw new UsageException(
                $"--scaler {string.Join(',', kinds)} needs a pass over the file for each of {string.Join(" and ", learning)}, "
                + "but it is read once: fit and apply these one after another.");
        }

        void Refuse(Option option, params string[] owners)
        {
            if (parsed.GetResult(option) is { Implicit: false } && !owners.Intersect(kinds, StringComparer.Ordinal).Any())
            {
                throw new UsageException(
                    $"{option.Name} applies to --scaler {string.Join(" and ", owners)}, not to {string.Join(',', kinds)}.");
            }
        }
    }

    private static Option<string[]> KindsOption() => new("--scaler")
    {
        Description = $"The scaler: {string.Join(", ", Kinds)} (default {Standard}); or several, applied in turn, such as log,standard.",
        HelpName = "KIND,...",
        DefaultValueFactory = _ => [Standard],
        CustomParser = result =>
        {
            string text = SharedOptions.Text(result);
            string[] kinds = text.Split(',');
            if (Array.Find(kinds, kind => !Kinds.Contains(kind, StringComparer.Ordinal)) is { } unknown)
            {
                result.AddError($"--scaler '{unknown}' must be one of: {string.Join(", ", Kinds)}.");
            }

            return kinds;
        },
    };

    private static bool IsWhole(double value, int least, int most) => value >= least && value <= most && value == Math.Floor(value);

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
