using System.Runtime.CompilerServices;

namespace Evenkeel.Layers;

/// <summary>A check that a setting is a defined value of its enumeration.</summary>
internal static class Defined
{
    /// <summary>Returns the value, or throws if its type does not define it.</summary>
    public static T Check<T>(T value, [CallerArgumentExpression(nameof(value))] string? name = null)
        where T : struct, Enum =>
        Enum.IsDefined(value)
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"The value is not a defined {typeof(T).Name}.");
}
