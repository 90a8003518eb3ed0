namespace Evenkeel.Architecture.Tests.Assemblies;

/// <summary>Every way to refer to a type is seen, each tried on a type of this assembly that refers in that way alone.</summary>
public class CompiledAssemblyTests
{
    private static readonly CompiledAssembly This = CompiledAssembly.Read(typeof(CompiledAssemblyTests).Assembly.Location);

    private interface IMark;

    [Theory]
    [InlineData(nameof(Derived), nameof(Target))]
    [InlineData(nameof(Implementing), nameof(IMark))]
    [InlineData(nameof(Constrained<>) + "`1", nameof(Target))]
    [InlineData(nameof(ConstrainedMethod), nameof(Target))]
    [InlineData(nameof(InField), nameof(Target))]
    [InlineData(nameof(InProperty), nameof(Target))]
    [InlineData(nameof(InEvent), nameof(Handler))]
    [InlineData(nameof(InParameter), nameof(Target))]
    [InlineData(nameof(InResult), nameof(Target))]
    [InlineData(nameof(InFunctionPointer), nameof(Target))]
    [InlineData(nameof(InGenericArgument), nameof(Target))]
    [InlineData(nameof(InAttribute), nameof(MarkAttribute))]
    [InlineData(nameof(InAttribute), nameof(Target))]
    [InlineData(nameof(InAttributeOfParameter), nameof(MarkAttribute))]
    [InlineData(nameof(InAttributeOfParameter), nameof(Target))]
    [InlineData(nameof(InLocal), nameof(Target))]
    [InlineData(nameof(InCall), nameof(Functions))]
    [InlineData(nameof(InGenericCall), nameof(Target))]
    [InlineData(nameof(InCallOfGeneric), nameof(Generic<>) + "`1")]
    [InlineData(nameof(InFieldAccess), nameof(Functions))]
    [InlineData(nameof(InTypeOf), nameof(Target))]
    [InlineData(nameof(InCatch), nameof(Failure))]
    [InlineData(nameof(InLambda) + "+<>c", nameof(Functions))]
    public void A_reference_is_seen(string from, string to)
    {
        string outer = typeof(CompiledAssemblyTests).FullName!;

        Assert.Contains(new TypeReference($"{outer}+{from}", $"{outer}+{to}"), This.References);
    }

    [Fact]
    public void Documents_are_those_of_methods_or_else_of_the_type()
    {
        Assert.EndsWith("Assemblies/CompiledAssembly.cs", One(typeof(CompiledAssembly)), StringComparison.Ordinal);
        Assert.EndsWith("Assemblies/IWithoutBodies.cs", One(typeof(IWithoutBodies)), StringComparison.Ordinal);

        static string One(Type type) => Assert.Single(This.Documents[type.FullName!]).Replace('\\', '/');
    }

    [Fact]
    public void The_folder_of_a_type_without_a_file_in_the_project_is_that_of_its_namespace()
    {
        // These files are under tests/, not under src/.
        IReadOnlyDictionary<string, string> folders = This.FoldersIn("Evenkeel.Architecture.Tests");

        Assert.Equal("Assemblies", folders[typeof(CompiledAssembly).FullName!]);
        Assert.Equal("", folders[typeof(FolderOrder).FullName!]);
        Assert.DoesNotContain("<PrivateImplementationDetails>", folders.Keys);
        Assert.Empty(This.FoldersIn("Evenkeel.Architecture.Test"));
    }

    private class Target;

    private static class Generic<T>
    {
        public static void Run()
        {
        }
    }

    private delegate void Handler();

    private sealed class Failure : Exception;

    private static class Functions
    {
        public static readonly int Field = Environment.ProcessId;

        public static void Run()
        {
        }
    }

    [AttributeUsage(AttributeTargets.All)]
    private sealed class MarkAttribute(Type type) : Attribute
    {
        public Type Type { get; } = type;
    }

    private sealed class Derived : Target;

    private sealed class Implementing : IMark;

    private sealed class Constrained<T>
        where T : Target;

    private static class ConstrainedMethod
    {
        public static void Run<T>()
            where T : Target
        {
        }
    }

#pragma warning disable CS0649 // Never assigned: only the field's type matters.
    private static class InField
    {
        public static readonly Target? Field;
    }

    private static unsafe class InFunctionPointer
    {
        public static readonly delegate*<Target, void> Field;
    }
#pragma warning restore CS0649

    private abstract class InProperty
    {
        public abstract Target? Property { get; }
    }

    private abstract class InEvent
    {
        public abstract event Handler? Changed;
    }

    private abstract class InParameter
    {
        public abstract void Run(ref Target[] target);
    }

    private abstract class InResult
    {
        public abstract Target Run();
    }

    private abstract class InGenericArgument
    {
        public abstract void Run(Dictionary<string, List<Target>> targets);
    }

    [Mark(typeof(List<Target>))]
    private static class InAttribute;

    private abstract class InAttributeOfParameter
    {
        public abstract void Run([Mark(typeof(Target))] int value);
    }

    private static class InLocal
    {
        public static object? Run(object? value)
        {
            List<Target> local = [];
            return local.Count > 0 ? local : value;
        }
    }

    private static class InCall
    {
        public static void Run() => Functions.Run();
    }

    private static class InGenericCall
    {
        public static int Run() => Array.Empty<Target>().Length;
    }

    private static class InCallOfGeneric
    {
        public static void Run() => Generic<int>.Run();
    }

    private static class InFieldAccess
    {
        public static int Run() => Functions.Field;
    }

    private static class InTypeOf
    {
        public static Type Run() => typeof(Target);
    }

    private static class InCatch
    {
        public static void Run(Action action)
        {
            try
            {
                action();
            }
            catch (Failure)
            {
            }
        }
    }

    private static class InLambda
    {
        public static Action Run() => () => Functions.Run();
    }
}
