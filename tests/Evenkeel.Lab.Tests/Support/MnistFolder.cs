namespace Evenkeel.Lab.Tests.Support;

/// <summary>The folder of MNIST's files.</summary>
internal static class MnistFolder
{
    /// <summary>Its path.</summary>
    public static string Path { get; } = System.IO.Path.Combine(AppContext.BaseDirectory, "mnist");
}
