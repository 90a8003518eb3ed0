namespace Evenkeel.Studies.Studies.FeatureScaling;

/// <summary>The training of one linear model by gradient descent.</summary>
/// <param name="Table">The table it learned from.</param>
/// <param name="Scaling">How the table's features were scaled.</param>
/// <param name="Seed">The seed of the table's rows.</param>
/// <param name="ConditionNumber">The largest curvature of the loss over the smallest.</param>
/// <param name="LearningRate">The constant learning rate that takes the fewest steps.</param>
/// <param name="LeastLoss">The least mean squared error that a linear model can have, in closed form.</param>
/// <param name="Steps">After how many steps the model counted as trained; null where training was stopped before.</param>
/// <param name="ComputedSteps">The same as the curvatures have it, for any number of steps; null beyond 10¹⁸.</param>
/// <param name="Curvatures">The curvatures of the loss, and where the descent has to go along each.</param>
/// <param name="Loss">The loss at some of the steps, the last among them.</param>
/// <param name="Plane">The descent in the plane of two weights; null where there are more weights, and for all seeds but 0.</param>
internal sealed record FeatureScalingRun(
    string Table,
    string Scaling,
    int Seed,
    double ConditionNumber,
    double LearningRate,
    double LeastLoss,
    int? Steps,
    long? ComputedSteps,
    IReadOnlyList<Curvature> Curvatures,
    IReadOnlyList<LossPoint> Loss,
    WeightPlane? Plane);
