using System.CommandLine;

namespace Evenkeel.Benchmarks;

/// <summary>Options that take whole numbers of at least 1.</summary>
internal static class PositiveNumbers
{
    /// <summary>Refuses other values of an option.</summary>
    public static void Require(Option option) => option.Validators.Add(result =>
    {
        if (result.Tokens.Any(token => !int.TryParse(token.Value, out int count) || count < 1))
        {
            result.AddError($"{option.Name} takes a whole number of at least 1.");
        }
    });
}
