namespace Evenkeel.Data;

/// <summary>Images with class labels, divided into a training and a test set.</summary>
/// <param name="Train">The training set: inputs [N, height, width, channels] from 0 to 1, labels [N].</param>
/// <param name="Test">The test set, of equal shapes but for N.</param>
/// <param name="Height">The height of all images, in pixels.</param>
/// <param name="Width">The width of all images, in pixels.</param>
/// <param name="Channels">The number of channels: 1 for grey, 3 for red, green and blue.</param>
/// <param name="Classes">The number of classes: labels are from 0 to Classes − 1.</param>
public sealed record ImageClassificationData(
    Dataset<int> Train, Dataset<int> Test, int Height, int Width, int Channels, int Classes);
