using System.Runtime.CompilerServices;

namespace Evenkeel.Layers;

/// <summary>The check that a setting is one of those that its enumeration names.</summary>
internal static class Defined
{
    /// <summary>Returns the value, or throws where its type does not name it.</summary>
    public static T Check<T>(T value, [CallerArgumentExpression(nameof(value))] string? name = null)
        where T : struct, Enum =>
        Enum.IsDefined(value)
            ? value
            : throw new ArgumentOutOfRangeException(name, value, $"There is no such {typeof(T).Name}.");
}
