namespace Evenkeel.Explanations.Tests.Methods;

/// <summary>Numbers that the library computes.</summary>
/// <param name="Section">The title of their section; null for every section that has the symbol and no numbers of its own.</param>
/// <param name="Symbol">Their symbol, in TeX.</param>
/// <param name="Values">The numbers; in order where a section has the symbol more than once.</param>
internal sealed record LibraryNumber(string? Section, string Symbol, double[] Values);
