using System.CommandLine;
using Evenkeel.Data;

namespace Evenkeel.Cli.Commands;

/// <summary>Loads what <c>--data</c> names, or the digits that the command carries.</summary>
internal static class DataOption
{
    /// <summary>Loads the data and tells its name.</summary>
    public static (ImageClassificationData Data, string Name) Load(string? folder) => folder is null
        ? (IdxImages.LoadResources(typeof(DataOption).Assembly), "MNIST")
        : (IdxImages.LoadFolder(folder), Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder))));

    /// <summary><c>--data DIR</c>.</summary>
    public static Option<string?> Create()
    {
        var option = new Option<string?>("--data")
        {
            Description = "Folder with images and labels in IDX files named as MNIST's, raw or gzipped: MNIST, Fashion-MNIST, "
                + "KMNIST, EMNIST. [default: the MNIST digits that the command carries]",
            HelpName = "DIR",
        };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: "" }])
            {
                result.AddError("--data: DIR must not be empty.");
            }
        });
        return option;
    }
}
