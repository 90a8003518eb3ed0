using Evenkeel.Lab.Programs;

namespace Evenkeel.Lab.Traps;

/// <summary>The programs of a trap, which lie beside this file.</summary>
internal static class TrapProgram
{
    /// <summary>Reads the programs of a trap.</summary>
    public static LabProgram Of(Trap trap) =>
        new(Read($"{trap.Name}.cs"), Read($"{trap.Name}.py"), trap.Command, trap.File);

    private static string Read(string name)
    {
        using var reader = new StreamReader(typeof(TrapProgram).Assembly.GetManifestResourceStream($"traps/{name}")!);
        return reader.ReadToEnd();
    }
}
