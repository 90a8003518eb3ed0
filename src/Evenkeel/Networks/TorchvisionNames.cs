using System.Globalization;

namespace Evenkeel.Networks;

/// <summary>The names of the parameters of <see cref="ResidualNetwork"/> in torchvision's residual networks, and back.</summary>
/// <remarks>
/// torchvision's <c>layer2.0.conv1.weight</c> is <c>stage2_block1.body.conv1.weight</c>, its <c>layer2.0.downsample.0.weight</c> is
/// <c>stage2_block1.shortcut.conv.weight</c>; <c>bn</c> is <c>norm</c>, and <c>fc</c> is <c>linear</c>.
/// </remarks>
public static class TorchvisionNames
{
    private static readonly (string Theirs, string Ours)[] InBlock =
    [
        ("conv1", "body.conv1"), ("bn1", "body.norm1"), ("conv2", "body.conv2"), ("bn2", "body.norm2"),
        ("downsample.0", "shortcut.conv"), ("downsample.1", "shortcut.norm"),
    ];

    private static readonly (string Theirs, string Ours)[] Outside = [("conv1", "conv"), ("bn1", "norm"), ("fc", "linear")];

    /// <summary>Returns the name in <see cref="ResidualNetwork"/> for a name of torchvision's.</summary>
    /// <param name="name">The name; one that torchvision's networks do not have is returned as it is.</param>
    public static string FromTorchvision(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string[] parts = name.Split('.', 3);
        return parts is [['l', 'a', 'y', 'e', 'r', .. var stage], var block, var rest]
            && int.TryParse(stage, NumberStyles.None, CultureInfo.InvariantCulture, out int stages)
            && int.TryParse(block, NumberStyles.None, CultureInfo.InvariantCulture, out int blocks)
                ? string.Create(CultureInfo.InvariantCulture, $"stage{stages}_block{blocks + 1}.")
                    + Replace(rest, InBlock, static pair => (pair.Theirs, pair.Ours))
                : Replace(name, Outside, static pair => (pair.Theirs, pair.Ours));
    }

    /// <summary>Returns torchvision's name for a name in <see cref="ResidualNetwork"/>.</summary>
    /// <param name="name">The name; one that these networks do not have is returned as it is.</param>
    public static string ToTorchvision(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        string[] parts = name.Split('.', 2);
        return parts is [['s', 't', 'a', 'g', 'e', .. var numbers], var rest] && numbers.Split("_block") is [var stage, var block]
            && int.TryParse(block, NumberStyles.None, CultureInfo.InvariantCulture, out int blocks)
                ? string.Create(CultureInfo.InvariantCulture, $"layer{stage}.{blocks - 1}.")
                    + Replace(rest, InBlock, static pair => (pair.Ours, pair.Theirs))
                : Replace(name, Outside, static pair => (pair.Ours, pair.Theirs));
    }

    private static string Replace(
        string name, (string Theirs, string Ours)[] pairs, Func<(string Theirs, string Ours), (string From, string To)> direct)
    {
        foreach ((string from, string to) in pairs.Select(direct))
        {
            if (name == from || name.StartsWith(from + ".", StringComparison.Ordinal))
            {
                return to + name[from.Length..];
            }
        }

        return name;
    }
}
