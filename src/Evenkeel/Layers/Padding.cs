using static System.FormattableString;

namespace Evenkeel.Layers;

/// <summary>The rows and columns of padding around an image. A number converts to that many on each side, an extent to both ends.</summary>
/// <param name="Top">The rows above.</param>
/// <param name="Left">The columns to the left.</param>
/// <param name="Bottom">The rows below.</param>
/// <param name="Right">The columns to the right.</param>
public readonly record struct Padding(int Top, int Left, int Bottom, int Right)
{
    /// <summary>
    /// As many rows and columns as outputs need to be ⌈H/stride⌉ × ⌈W/stride⌉: half before, and the other half, which may be larger by one,
    /// behind, as TensorFlow's <c>same</c> and ONNX's <c>SAME_UPPER</c>.
    /// </summary>
    public static Padding Same { get; } = new() { IsSame = true };

    /// <summary>True for <see cref="Same"/>, which depends on the image; then the four numbers are 0.</summary>
    public bool IsSame { get; private init; }

    /// <summary>True if the two ends of each axis have the same padding.</summary>
    internal bool IsSymmetric => !IsSame && Top == Bottom && Left == Right;

    /// <summary>Converts a number to padding of that many rows and columns on each side.</summary>
    /// <param name="side">The number.</param>
    public static implicit operator Padding(int side) => FromInt32(side);

    /// <summary>Converts an extent to padding of its height above and below, and of its width to the left and the right.</summary>
    /// <param name="sides">The extent.</param>
    public static implicit operator Padding(Extent sides) => FromExtent(sides);

    /// <summary>Converts a number to padding of that many rows and columns on each side.</summary>
    /// <param name="side">The number.</param>
    public static Padding FromInt32(int side) => new(side, side, side, side);

    /// <summary>Converts an extent to padding of its height above and below, and of its width to the left and the right.</summary>
    /// <param name="sides">The extent.</param>
    public static Padding FromExtent(Extent sides) => new(sides.Height, sides.Width, sides.Height, sides.Width);

    /// <summary>"1×1", "top 0, left 0, bottom 1, right 1" or "same".</summary>
    public override string ToString() => IsSame ? "same"
        : IsSymmetric ? new Extent(Top, Left).ToString()
        : Invariant($"top {Top}, left {Left}, bottom {Bottom}, right {Right}");

    /// <summary>Returns the padding, or throws if it is negative on a side.</summary>
    internal static Padding Check(Padding padding, string name) => padding is { Top: >= 0, Left: >= 0, Bottom: >= 0, Right: >= 0 }
        ? padding
        : throw new ArgumentOutOfRangeException(name, padding, $"The padding is {padding}; it must be at least 0 on each side.");

    /// <summary>The padding of an image in numbers, which <see cref="Same"/> takes from the image.</summary>
    /// <param name="image">The height and width of the image.</param>
    /// <param name="kernel">Those of the kernel.</param>
    /// <param name="stride">The distance between windows.</param>
    /// <param name="dilation">The distance between the elements of the kernel.</param>
    public Padding Of(Extent image, Extent kernel, Extent stride, Extent dilation)
    {
        if (!IsSame)
        {
            return this;
        }

        (int top, int bottom) = Divide(image.Height, kernel.Height, stride.Height, dilation.Height);
        (int left, int right) = Divide(image.Width, kernel.Width, stride.Width, dilation.Width);
        return new Padding(top, left, bottom, right);
    }

    private static (int Before, int After) Divide(int length, int kernel, int stride, int dilation)
    {
        long outputs = (length - 1L) / stride + 1;
        int total = (int)Math.Clamp((outputs - 1) * stride + (kernel - 1L) * dilation + 1 - length, 0, int.MaxValue);
        return (total / 2, total - total / 2);
    }
}
