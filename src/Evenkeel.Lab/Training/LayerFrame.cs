namespace Evenkeel.Lab.Training;

/// <summary>A hidden layer in one step of training.</summary>
/// <param name="Mean">The mean of the activation's input.</param>
/// <param name="Deviation">Its standard deviation.</param>
/// <param name="Counts">Its distribution: the number of values in each bin from −4 to 4, those beyond in the outer bins.</param>
/// <param name="Inactive">The fraction of values at which the activation has a slope of nearly 0.</param>
/// <param name="Gradient">The norm of the gradient of the layer's weights, per weight: its root mean square.</param>
/// <param name="Weight">The smallest, mean and largest γ; null without γ.</param>
/// <param name="RunningMean">The mean over the units of the running mean; null without one.</param>
/// <param name="RunningDeviation">The mean over the units of the running standard deviation; null without one.</param>
internal sealed record LayerFrame(
    double Mean, double Deviation, int[] Counts, double Inactive, double Gradient, double[]? Weight, double? RunningMean,
    double? RunningDeviation);
