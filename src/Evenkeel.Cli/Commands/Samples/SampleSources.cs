using System.CommandLine;
using Evenkeel.Cli.Commands.Scale;
using Evenkeel.Cli.Shell;
using Evenkeel.Data;
using Evenkeel.Models;

namespace Evenkeel.Cli.Commands.Samples;

/// <summary>Opens files and folders of samples.</summary>
internal static class SampleSources
{
    private const int LongestBeginning = 8;

    /// <summary>The inputs that <see cref="Open"/> takes, for help.</summary>
    public const string Inputs =
        "an IDX file of images, raw or gzipped; a PNG, JPEG, PGM or PPM file, or a folder of these; a folder of IDX or CIFAR files";

    /// <summary>Opens a file or folder of samples for a model.</summary>
    /// <param name="parsed">The command line, with the options of CSV files.</param>
    /// <param name="csv">Those options.</param>
    /// <param name="input">The path of the samples.</param>
    /// <param name="model">The model.</param>
    /// <param name="name">The path of the model, for messages.</param>
    /// <param name="form">The shape of its samples.</param>
    /// <param name="training">Whether a folder with training and test images gives the training images.</param>
    /// <exception cref="UsageException">Options of CSV files are given for a model without a scaler.</exception>
    /// <exception cref="InvalidDataException">The samples cannot be read, or are not those that the model takes.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static SampleSource Open(
        ParseResult parsed, CsvOptions csv, string input, ModelFile model, string name, SampleForm form, bool training)
    {
        if (model.Table is not null)
        {
            throw new UsageException($"'{name}' is a model of a table, which this command has no samples for: train it again instead.");
        }

        if (model.Scaler is { } scaler)
        {
            return new CsvSamples(csv.Open(parsed, input), scaler, name, form);
        }

        return SharedOptions.FirstGiven(parsed, csv.All) is { } given
            ? throw new UsageException($"{given.Name} applies to models with a scaler, which take CSV files; '{name}' has none.")
            : OpenImages(input, form, training);
    }

    /// <summary>Opens a file or folder of images.</summary>
    /// <param name="input">The path of the images.</param>
    /// <param name="form">The shape of the samples.</param>
    /// <param name="training">Whether a folder with training and test images gives the training images.</param>
    /// <exception cref="InvalidDataException">The images cannot be read, or are not those that the model takes.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static SampleSource OpenImages(string input, SampleForm form, bool training)
    {
        if (Directory.Exists(input))
        {
            return IdxImages.AreIn(input) || CifarImages.AreIn(input)
                ? new DatasetSamples(input, form, training)
                : new ImageSamples(ImagesIn(input), form);
        }

        if (input == OutputFile.Dash)
        {
            throw new UsageException("standard input (-) can be a CSV file, for a model with a scaler, and nothing else.");
        }

        byte[] beginning = Beginning(input);
        return beginning.Length == 0 ? throw new InvalidDataException($"'{input}' is empty.")
            : ImageDecoder.IsImage(beginning) ? new ImageSamples([input], form)
            : beginning is [0, 0, ..] or [0x1F, 0x8B, ..] ? new IdxSamples(input, form)
            : throw new InvalidDataException(
                $"'{input}' is neither an IDX file nor a PNG, JPEG, PGM or PPM file; CSV files are for models with a scaler.");
    }

    private static string[] ImagesIn(string folder)
    {
        string[] paths =
        [
            .. Directory.GetFiles(folder)
                .Where(path => ImageDecoder.Extensions.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase))
                .Order(StringComparer.Ordinal),
        ];
        return paths.Length > 0
            ? paths
            : throw new FileNotFoundException(
                $"'{folder}' has no images: neither {string.Join(", ", ImageDecoder.Extensions)} files, nor IDX files with the names of "
                + "MNIST's, nor binary files of CIFAR.");
    }

    private static byte[] Beginning(string path)
    {
        using FileStream file = ImageDecoder.OpenFile(path);
        byte[] bytes = new byte[LongestBeginning];
        return bytes[..file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false)];
    }
}
