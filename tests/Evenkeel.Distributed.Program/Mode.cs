namespace Evenkeel.Distributed.Program;

/// <summary>What the ranks of a job do, chosen by the first argument: a class in Modes, and an entry in the list of Program.cs.</summary>
internal abstract class Mode
{
    /// <summary>The first argument.</summary>
    public abstract string Name { get; }

    /// <summary>What it does, in a few words.</summary>
    public abstract string Summary { get; }

    /// <summary>Runs on this rank, and returns the exit code.</summary>
    /// <param name="arguments">The arguments after the first.</param>
    public abstract int Run(string[] arguments);
}
