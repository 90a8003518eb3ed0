
namespace Evenkeel.Studies.Studies.InitScale;

/// <summary>What the sweep of initial scales was asked to do; the same settings give the same accuracies, bit for bit.</summary>
/// <param name="Scales">The standard deviations of the initial weights, one column of networks each.</param>
/// <param name="Seeds">How many times each network is trained, with the seeds 0, 1, ….</param>
/// <param name="Updates">How many steps of gradient descent each network takes.</param>
/// <param name="BatchSize">How many images a step sees.</param>
/// <param name="Samples">How many images the networks train on (and are measured on).</param>
/// <param name="Inputs">How many numbers an image has.</param>
/// <param name="HiddenLayers">How many hidden layers a network has.</param>
/// <param name="Width">How many units a hidden layer has.</param>
/// <param name="Classes">How many kinds of images there are.</param>
/// <param name="LearningRate">The learning rate of the gradient descent.</param>
/// <param name="Data">The name of the data, as people know it.</param>
/// <param name="Threads">On how many threads the sweep ran; the results do not depend on it.</param>
internal sealed record InitScaleSettings(
    IReadOnlyList<double> Scales,
    int Seeds,
    int Updates,
    int BatchSize,
    int Samples,
    int Inputs,
    int HiddenLayers,
    int Width,
    int Classes,
    double LearningRate,
    string Data,
    int Threads) : IStudySettings;
