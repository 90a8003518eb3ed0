using Evenkeel.Layers;
using Evenkeel.Training;

namespace Evenkeel.Lab.Valley;

/// <summary>A descent in the loss ½·(w − w*)ᵀH(w − w*) of a linear model with two features.</summary>
/// <param name="Hessian">H: the second moments of the features.</param>
/// <param name="Eigenvalues">The curvatures of H, the smaller one first.</param>
/// <param name="Optimum">w*.</param>
/// <param name="Points">The weights: the start, and after each step.</param>
/// <param name="Losses">The loss at each of them.</param>
/// <param name="LearningRate">The learning rate.</param>
/// <param name="Limit">2/λ of the larger curvature: above it, plain descent diverges.</param>
/// <param name="StepsToGoal">The number of steps to a millionth of the first loss; null if it is not reached.</param>
internal sealed record ValleyPath(
    double[][] Hessian, double[] Eigenvalues, double[] Optimum, double[][] Points, double[] Losses, double LearningRate, double Limit,
    int? StepsToGoal)
{
    private const int MaxSteps = 1000;
    private const double Goal = 1e-6;

    /// <summary>Descends.</summary>
    /// <exception cref="ArgumentException">A number is out of its range, or there is no such optimizer.</exception>
    public static ValleyPath Of(ValleyRequest request)
    {
        if (request is not { Ratio: >= 1 and <= 100, Correlation: > -1 and < 1, Rate: > 0 and <= 10, Steps: >= 1 and <= MaxSteps })
        {
            throw new ArgumentException(
                Invariant($"The ratio must be from 1 to 100, the correlation between −1 and 1, the rate above 0 and at most 10, and the ")
                + Invariant($"steps from 1 to {MaxSteps}."));
        }

        // Features with mean 0 and scales 1/√ratio and √ratio: the curvatures' product does not depend on the ratio.
        double first = request.Scaled ? 1 : 1 / Math.Sqrt(request.Ratio), second = request.Scaled ? 1 : Math.Sqrt(request.Ratio);
        double a = first * first, c = second * second, b = request.Correlation * first * second;
        double middle = (a + c) / 2, spread = Math.Sqrt((a - c) * (a - c) / 4 + b * b);
        double limit = 2 / (middle + spread), rate = request.Rate * limit;
        var weights = new Parameter("weight", 2);
        Optimizer optimizer = Create(request.Optimizer, rate);
        double[] optimum = [1, 1];
        var points = new List<double[]>(request.Steps + 1);
        var losses = new List<double>(request.Steps + 1);
        Record();
        for (int step = 0; step < request.Steps && double.IsFinite(losses[^1]); step++)
        {
            double x = weights.Value[0] - optimum[0], y = weights.Value[1] - optimum[1];
            weights.Gradient[0] = (float)(a * x + b * y);
            weights.Gradient[1] = (float)(b * x + c * y);
            optimizer.Step([weights]);
            Record();
        }

        int goal = losses.FindIndex(loss => loss <= Goal * losses[0]);
        return new ValleyPath(
            [[a, b], [b, c]], [middle - spread, middle + spread], optimum, [.. points], [.. losses], rate, limit, goal < 0 ? null : goal);

        void Record()
        {
            double x = weights.Value[0] - optimum[0], y = weights.Value[1] - optimum[1];
            points.Add([weights.Value[0], weights.Value[1]]);
            losses.Add((a * x * x + 2 * b * x * y + c * y * y) / 2);
        }
    }

    private static Optimizer Create(string name, double rate) => name switch
    {
        "plain" => new Sgd(rate),
        "momentum" => new Sgd(rate, momentum: 0.9),
        "rmsprop" => new RmsProp(rate),
        "adam" => new Adam(rate),
        _ => throw new ArgumentException($"There is no optimizer '{name}'; there are plain, momentum, rmsprop and adam."),
    };
}
