using System.CommandLine;
using Evenkeel.Cli.Shell;
using Evenkeel.Data;
using Evenkeel.Studies;
using Evenkeel.Studies.Images;

namespace Evenkeel.Cli.Commands;

/// <summary><c>--data</c>: images from a folder, synthetic ones, or the MNIST digits that come with the command.</summary>
internal static class DataOption
{
    /// <summary><c>--data DIR</c>.</summary>
    public static Option<string?> Create() => SharedOptions.Folder(
        "--data",
        "Folder with the four IDX files of MNIST, Fashion-MNIST, KMNIST or images of your own, or with the binary files "
        + $"of CIFAR-10 or CIFAR-100, raw or gzipped; or {SyntheticImages.Name}, for images of random characters, which need no files "
        + "(default: the MNIST digits, which come with the command).");

    /// <summary>Loads the data, with its name.</summary>
    public static (ImageClassificationData Data, string Name) Load(string? folder) => folder switch
    {
        null => (IdxImages.LoadResources(typeof(DataOption).Assembly), StudyInput.OwnImages),
        SyntheticImages.Name => (SyntheticImages.Create(), SyntheticImages.Name),
        _ => (ImageFolder.Load(folder), OneLine.Of(NameOf(folder))),
    };

    private static string NameOf(string folder)
    {
        string path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        return Path.GetFileName(path) is { Length: > 0 } name ? name : path;
    }
}
