using System.Globalization;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Evenkeel.Lab.Tests.Support;

/// <summary>A program of top-level statements, compiled as a project with implicit usings would be.</summary>
internal static class CSharpProgram
{
    private const string Usings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;";

    // In the global namespace, before System.Console: what is printed is kept, whatever other tests print.
    private const string Console = """
        static class Console
        {
            public static StringWriter Out = new();

            public static void WriteLine(string text) => Out.WriteLine(text);
        }
        """;

    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>Compiles a program; what the compiler reports fails the test.</summary>
    public static Assembly Compile(string program)
    {
        var compilation = CSharpCompilation.Create(
            "Program", [.. new[] { program, Usings, Console }.Select(text => CSharpSyntaxTree.ParseText(text))], References,
            new(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
        using var stream = new MemoryStream();
        Assert.Empty(compilation.Emit(stream).Diagnostics.Where(diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning)
            .Select(diagnostic => diagnostic.ToString()));
        stream.Position = 0;
        return new AssemblyLoadContext(null, isCollectible: true).LoadFromStream(stream);
    }

    /// <summary>Compiles and runs a program, with MNIST where it expects it, and returns the lines that it prints.</summary>
    public static string[] Run(string program)
    {
        Assembly assembly = Compile(program.Replace("\"data/mnist\"", $"\"{MnistFolder.Path}\"", StringComparison.Ordinal));
        CultureInfo culture = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        try
        {
            assembly.EntryPoint!.Invoke(null, [Array.Empty<string>()]);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }

        return assembly.GetType("Console")!.GetField("Out")!.GetValue(null)!.ToString()!.TrimEnd().Split(Environment.NewLine);
    }
}
