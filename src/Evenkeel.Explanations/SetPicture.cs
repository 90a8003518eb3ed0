namespace Evenkeel.Explanations;

/// <summary>Which elements of an input share statistics.</summary>
/// <param name="Method">The name of the method.</param>
/// <param name="Shape">The shape of the input.</param>
/// <param name="SetOf">The set of each element.</param>
internal sealed record SetPicture(string Method, int[] Shape, int[] SetOf);
