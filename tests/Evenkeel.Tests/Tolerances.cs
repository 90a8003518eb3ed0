namespace Evenkeel.Tests;

/// <summary>
/// Every tolerance of the tests, with its reason. Errors are relative to the largest number expected, unless said.
/// </summary>
/// <remarks>u = 2⁻²⁴ ≈ 6e-8 is the largest relative error of rounding to single precision once.</remarks>
internal static class Tolerances
{
    /// <summary>Rounding to single precision once, with a little room: sums that are kept in double precision.</summary>
    public const double RoundedOnce = 1.2e-7;

    /// <summary>The same where parts of a sum are rounded, which may be a few times larger than their sum.</summary>
    public const double SumOfParts = 1e-6;

    /// <summary>
    /// y = (x − center)·scale + shift: coefficients, difference and result are each rounded, and neither product nor
    /// sum exceeds the largest output by much: some 4u.
    /// </summary>
    public const double Forward = 2.5e-7;

    /// <summary>
    /// dx is a sum of three products whose four coefficients are rounded, and x̃ is rounded twice: some 8u of the
    /// largest of the terms (not of the result: with two values per channel the terms cancel).
    /// </summary>
    public const double InputGradient = 6e-7;

    /// <summary>The same relative to the result, for the golden files: their terms do not cancel beyond a digit.</summary>
    public const double GoldenInputGradient = 4e-7;

    /// <summary>The same where a chunk has but two values per channel, whose terms cancel to a tenth.</summary>
    public const double GradientOfPairs = 2e-6;

    /// <summary>Sums of up to some 10,000 numbers in double precision, in another order: 10,000·2⁻⁵³.</summary>
    public const double DoubleSums = 1e-12;

    /// <summary>
    /// Σ(x − mean)² merged from parts whose means, near 1e4, are a millionth of their size apart: 2⁻⁵³ of the means, squared
    /// into deviations of 0.01.
    /// </summary>
    public const double CancellingSums = 1e-9;

    /// <summary>
    /// The output of a whole network of PyTorch, computed in double precision there, relative to its largest: PyTorch's own, in single
    /// precision, is up to 5.4e-7 from it.
    /// </summary>
    public const double NetworkOfPyTorch = 1e-6;

    /// <summary>Activations: the elementary functions are good to 3 units in the last place.</summary>
    public const double Activation = 4e-7;

    /// <summary>y − y² and 1 − y² of a rounded y: an absolute error of some u, relative to a derivative of up to 1.</summary>
    public const double ActivationGradient = 4e-7;

    /// <summary>
    /// Sums of up to 25 elements of a window, and as many gradients, in single precision: some u of the sum, which may be ten times
    /// an element.
    /// </summary>
    public const double Pooling = 1.5e-6;

    /// <summary>Products of up to some 100 terms, summed in single precision: a random walk of roundings.</summary>
    public const double Product = 1e-6;

    /// <summary>
    /// Normalized products whose inputs were rounded after scaling or shifting: a rounding of the product, over the deviation
    /// that it is divided by, which may be a tenth of it.
    /// </summary>
    public const double ScaledWeights = 2e-5;

    /// <summary>Σ dx of a batch, which is 0: what some 100 roundings of dx leave, relative to the largest.</summary>
    public const double VanishingSum = 2e-6;

    /// <summary>A loss, summed in double precision from exponentials good to 1.1 units in the last place.</summary>
    public const double Loss = 5e-8;

    /// <summary>softmax − onehot: the exponential, its factor and the difference are rounded, relative to 1/N.</summary>
    public const double LossGradient = 2e-7;

    /// <summary>Up to twenty optimizer steps: each rounds a weight of up to 2, its state, and the step's factors; relative to 1.</summary>
    public const double Optimizer = 1e-6;

    /// <summary>Five training steps of a small network: what rounding leaves is multiplied by the weights on its way.</summary>
    public const double Training = 1e-6;

    /// <summary>Central differences with a step of 1e-5 in double precision: the step squared, and 2⁻⁵³ over the step.</summary>
    public const double FiniteDifferences = 1e-8;

    /// <summary>
    /// A small network on raw features of some 3 ± 1, with the scaler folded into its weights: roundings of the weights, of products
    /// and of the bias, which are several times as large as the sum, and go on to the outputs.
    /// </summary>
    public const double FoldedScaler = 2e-6;
}
