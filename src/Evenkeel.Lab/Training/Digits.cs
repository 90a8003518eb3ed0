using Evenkeel.Data;

namespace Evenkeel.Lab.Training;

/// <summary>The MNIST digits inside this assembly.</summary>
internal static class Digits
{
    private const int TestImages = 1000;

    private static readonly Lazy<ImageClassificationData> Data = new(() => IdxImages.LoadResources(typeof(Digits).Assembly));

    /// <summary>The 60,000 training images.</summary>
    public static Dataset<int> Train => Data.Value.Train;

    /// <summary>The first thousand test images.</summary>
    public static Dataset<int> Test { get; } = Data.Value.Test.Take(TestImages);

    /// <summary>The number of pixels of an image.</summary>
    public static int Pixels => Data.Value.Height * Data.Value.Width;

    /// <summary>The number of classes.</summary>
    public static int Classes => Data.Value.Classes;
}
