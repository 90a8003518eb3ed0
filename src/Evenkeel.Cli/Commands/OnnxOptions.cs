using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Evenkeel.Cli.Shell;
using Evenkeel.Normalization;
using Evenkeel.Onnx;
using static System.FormattableString;

namespace Evenkeel.Cli.Commands;

/// <summary>The options for ONNX files that are read.</summary>
internal sealed class OnnxOptions
{
    private const string Population = "population";
    private const string Sample = "sample";

    private readonly Option<nint[]> _shape = new("--sample-shape")
    {
        Description = "Shape of a sample of an ONNX file that leaves it open, such as 3,224,224.",
        HelpName = "N,...",
        CustomParser = ParseShape,
    };

    private readonly Option<string> _variance = SharedOptions.Choice(
        "--running-variance",
        "Variance that batch normalizations of an ONNX file keep from now on: that of the population, which ONNX defines (default), or "
        + "that of the sample, as in PyTorch.",
        Population,
        Sample);

    /// <summary>The options, for a group of the help.</summary>
    public Option[] All => [_shape, _variance];

    /// <summary>Creates <c>--opset</c>, the version of the operators in a file that is written; null for a default.</summary>
    public static Option<int?> Opset() => SharedOptions.OptionalNumber<int>(
        "--opset",
        "N",
        "Version of ONNX's operators in the output (default: that of the ONNX file that is read, or 21).",
        Invariant($"a whole number from {OnnxSaveOptions.MinimumOpset} to {OnnxSaveOptions.MaximumOpset}"),
        value => value is >= OnnxSaveOptions.MinimumOpset and <= OnnxSaveOptions.MaximumOpset);

    /// <summary>Refuses options for ONNX files that are written, if the output is another.</summary>
    /// <exception cref="UsageException">One is given.</exception>
    public static void CheckApply(ParseResult parsed, OutputFile target, params IEnumerable<Option> options)
    {
        if (!OnnxModels.IsName(target.Path) && SharedOptions.FirstGiven(parsed, options) is { } given)
        {
            throw new UsageException($"{given.Name} applies to ONNX files, and the name of '{target.Path}' does not end with .onnx.");
        }
    }

    /// <summary>The settings of reading.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="paths">The files that are read.</param>
    /// <exception cref="UsageException">An option is given, and no file is an ONNX file.</exception>
    public OnnxLoadOptions Read(ParseResult parsed, params IEnumerable<string> paths) =>
        !paths.Any(OnnxModels.IsName) && SharedOptions.FirstGiven(parsed, All) is { } given
        ? throw new UsageException($"{given.Name} applies to ONNX files, and the name of '{paths.First()}' does not end with .onnx.")
        : new()
        {
            SampleShape = parsed.GetValue(_shape) is { Length: > 0 } shape ? shape : null,
            RunningVariance = parsed.GetValue(_variance) == Sample ? VarianceEstimator.Sample : VarianceEstimator.Population,
        };

    private static nint[] ParseShape(ArgumentResult result)
    {
        string text = SharedOptions.Text(result);
        string[] parts = text.Split(',');
        var shape = new nint[parts.Length];
        for (int i = 0; i < parts.Length; i++)
        {
            if (!int.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out int length) || length < 1)
            {
                result.AddError($"--sample-shape '{text}' must be whole numbers of at least 1, such as 3,224,224.");
                return [];
            }

            shape[i] = length;
        }

        return shape;
    }
}
