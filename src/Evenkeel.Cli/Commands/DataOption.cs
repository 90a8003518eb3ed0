using System.CommandLine;
using Evenkeel.Cli.Shell;
using Evenkeel.Data;
using Evenkeel.Studies;

namespace Evenkeel.Cli.Commands;

/// <summary>Loads what <c>--data</c> names, or the digits that the command carries.</summary>
internal static class DataOption
{
    /// <summary><c>--data DIR</c>.</summary>
    public static Option<string?> Create() => SharedOptions.Folder(
        "--data",
        "Folder with the four IDX files of MNIST, Fashion-MNIST, KMNIST, EMNIST or images of your own, or with CIFAR-10's or "
        + "CIFAR-100's binary files, raw or gzipped (default: the MNIST digits, which the command carries).");

    /// <summary>Loads the data and tells its name.</summary>
    public static (ImageClassificationData Data, string Name) Load(string? folder) => folder is null
        ? (IdxImages.LoadResources(typeof(DataOption).Assembly), StudyInput.OwnImages)
        : (ImageFolder.Load(folder), OneLine.Of(NameOf(folder)));

    private static string NameOf(string folder)
    {
        string path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder));
        return Path.GetFileName(path) is { Length: > 0 } name ? name : path;
    }
}
