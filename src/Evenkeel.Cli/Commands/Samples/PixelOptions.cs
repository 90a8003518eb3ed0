using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Evenkeel.Cli.Shell;
using static System.FormattableString;

namespace Evenkeel.Cli.Commands.Samples;

/// <summary><c>--pixel-mean</c> and <c>--pixel-std</c>: the scale of pixels that a network was trained with.</summary>
internal sealed class PixelOptions
{
    private readonly Option<double[]> _mean = Create(
        "--pixel-mean", "Mean of each channel that is subtracted from pixels in [0, 1], such as 0.485,0.456,0.406 (default 0).", _ => true);

    private readonly Option<double[]> _std = Create(
        "--pixel-std",
        "Standard deviation of each channel by which pixels are then divided (default 1).",
        value => value > 0 && float.IsFinite((float)(1 / value)));

    /// <summary>The options, for a group of the help.</summary>
    public Option[] All => [_mean, _std];

    /// <summary>Refuses the options.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="without">The option without which they do not apply.</param>
    /// <exception cref="UsageException">One is given.</exception>
    public void Refuse(ParseResult parsed, Option without)
    {
        if (SharedOptions.FirstGiven(parsed, All) is { } given)
        {
            throw new UsageException($"{given.Name} applies to images that {without.Name} gives.");
        }
    }

    /// <summary>Adds the scale of pixels to the form of a model's samples.</summary>
    /// <exception cref="UsageException">The model takes no images, or images of other channels.</exception>
    public SampleForm Apply(ParseResult parsed, SampleForm form)
    {
        double[] mean = parsed.GetValue(_mean) ?? [], std = parsed.GetValue(_std) ?? [];
        if (mean.Length == 0 && std.Length == 0)
        {
            return form;
        }

        if (form.Image is not { } image)
        {
            throw new UsageException($"{_mean.Name} and {_std.Name} apply to models that take images.");
        }

        Check(_mean.Name, mean, image.Channels);
        Check(_std.Name, std, image.Channels);
        return form with { Scaling = new PixelScaling(mean.Length == 0 ? [0] : mean, std.Length == 0 ? [1] : std) };
    }

    private static void Check(string name, double[] values, int channels)
    {
        if (values.Length > 1 && values.Length != channels)
        {
            throw new UsageException(Invariant($"{name} has {values.Length} numbers; the images have {channels} channels."));
        }
    }

    private static Option<double[]> Create(string name, string description, Func<double, bool> isValid) => new(name)
    {
        Description = description,
        HelpName = "N,...",
        CustomParser = result => Parse(result, name, isValid),
    };

    private static double[] Parse(ArgumentResult result, string name, Func<double, bool> isValid)
    {
        string text = SharedOptions.Text(result);
        var values = new List<double>();
        foreach (string part in text.Split(','))
        {
            if (!double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                || !float.IsFinite((float)value) || !isValid(value))
            {
                result.AddError($"{name} '{text}' must be a number for all channels, or one for each, such as 0.5,0.5,0.5.");
                return [];
            }

            values.Add(value);
        }

        return [.. values];
    }
}
