namespace Evenkeel.Architecture.Tests.Assemblies;

/// <summary>A type none of whose methods has a body, so that the compiler writes down where the type itself is.</summary>
internal interface IWithoutBodies
{
    void Run();
}
