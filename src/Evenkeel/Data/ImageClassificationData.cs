namespace Evenkeel.Data;

/// <summary>Grey images, each of one of several classes: some to learn from, and others to be tested on.</summary>
/// <param name="Train">What to learn from: inputs [N, height·width] from 0 to 1, labels [N].</param>
/// <param name="Test">What to test on, of the same shapes.</param>
/// <param name="Height">Every image's height, in pixels.</param>
/// <param name="Width">Every image's width, in pixels.</param>
/// <param name="Classes">How many classes there are: the largest label + 1.</param>
public sealed record ImageClassificationData(Dataset<int> Train, Dataset<int> Test, int Height, int Width, int Classes);
