namespace Evenkeel.Metrics;

/// <summary>The measures of a class, each sample counted as of this class or not; or their average over the classes.</summary>
/// <remarks>A measure is 0 where it divides by zero, as by default in scikit-learn.</remarks>
/// <param name="Precision">The fraction of correct predictions among those of the class, TP/(TP + FP).</param>
/// <param name="Recall">The fraction of the class's samples that are predicted as such, TP/(TP + FN).</param>
/// <param name="F1">The harmonic mean of precision and recall, 2·TP/(2·TP + FP + FN).</param>
/// <param name="Support">The number of samples of the class; of an average, the number of all samples.</param>
public readonly record struct ClassScores(double Precision, double Recall, double F1, long Support);
