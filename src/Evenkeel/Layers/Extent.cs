using System.Globalization;

namespace Evenkeel.Layers;

/// <summary>A height and a width of an image, a kernel, a stride or a padding. A single number converts to both.</summary>
/// <param name="Height">The height.</param>
/// <param name="Width">The width.</param>
public readonly record struct Extent(int Height, int Width)
{
    /// <summary>Converts a number to an extent of that height and width.</summary>
    /// <param name="side">The number.</param>
    public static implicit operator Extent(int side) => FromInt32(side);

    /// <summary>Converts a number to an extent of that height and width.</summary>
    /// <param name="side">The number.</param>
    public static Extent FromInt32(int side) => new(side, side);

    /// <summary>"3×3".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Height}×{Width}");

    /// <summary>Returns the extent, or throws if its height or width is below a limit.</summary>
    internal static Extent Check(Extent extent, int least, string name) => extent.Height >= least && extent.Width >= least
        ? extent
        : throw new ArgumentOutOfRangeException(
            name, extent, string.Create(CultureInfo.InvariantCulture, $"{extent} must be at least {least} in height and width."));
}
