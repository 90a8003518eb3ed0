using Evenkeel.Studies.Results;

namespace Evenkeel.Studies.Studies.FeatureScaling;

/// <summary>A descent in the plane of a model's two weights, with the optimal bias at each step.</summary>
/// <remarks>
/// Above the least loss, the loss is ½·h₁₁·d₁² + h₁₂·d₁·d₂ + ½·h₂₂·d₂², where d is the distance of the weights from the optimum.
/// </remarks>
/// <param name="H11">The curvature along the first weight.</param>
/// <param name="H12">The mixed curvature.</param>
/// <param name="H22">The curvature along the second weight.</param>
/// <param name="Optimum1">The optimal first weight.</param>
/// <param name="Optimum2">The optimal second weight.</param>
/// <param name="Path">The weights after some of the steps, including the last.</param>
internal sealed record WeightPlane(
    double H11, double H12, double H22, double Optimum1, double Optimum2, IReadOnlyList<PathPoint> Path)
{
    private const string Matrix = "second derivatives of the plane";
    private const string Optimum = "optimum of the plane";
    private const string Weight1 = "weight 1";
    private const string Weight2 = "weight 2";

    /// <summary>Reads the plane of a run; returns null if the run has none.</summary>
    public static WeightPlane? Of(MeasuredRun run)
    {
        double[] h = [.. run.Series(Matrix).Select(point => point.Value)], optimum = [.. run.Series(Optimum).Select(point => point.Value)];
        return h.Length == 0
            ? null
            : new WeightPlane(
                h[0],
                h[1],
                h[2],
                optimum[0],
                optimum[1],
                [.. run.Series(Weight1).Zip(
                    run.Series(Weight2), (first, second) => new PathPoint((int)first.X, first.Value, second.Value))]);
    }

    /// <summary>Records the plane.</summary>
    public void AddTo(Recorder recorder)
    {
        recorder.Add(Matrix, H11, x: 0);
        recorder.Add(Matrix, H12, x: 1);
        recorder.Add(Matrix, H22, x: 2);
        recorder.Add(Optimum, Optimum1, x: 0);
        recorder.Add(Optimum, Optimum2, x: 1);
        foreach (PathPoint point in Path)
        {
            recorder.Add(Weight1, point.Weight1, point.Step);
            recorder.Add(Weight2, point.Weight2, point.Step);
        }
    }
}
