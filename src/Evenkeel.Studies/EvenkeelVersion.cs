using System.Reflection;

namespace Evenkeel.Studies;

/// <summary>The version of Evenkeel.</summary>
internal static class EvenkeelVersion
{
    /// <summary>The number and, if it was built in a clone, the commit: <c>0.1.0+3f2a…</c>.</summary>
    public static string Full { get; } =
        typeof(EvenkeelVersion).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion;

    /// <summary>The number alone.</summary>
    public static string Number => Full.Split('+')[0];
}
