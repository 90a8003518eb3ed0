using System.Diagnostics;

namespace Evenkeel.Lab.Tests.Support;

/// <summary>A program of PyTorch.</summary>
internal static class PythonProgram
{
    /// <summary>Runs a program, with a stand-in for torchvision, and returns the lines that it prints.</summary>
    public static string[] Run(string program)
    {
        using Process python = Process.Start(new ProcessStartInfo(TorchFactAttribute.Python!, ["-c", program])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["PYTHONIOENCODING"] = "utf-8",
                ["PYTHONPATH"] = Path.Combine(AppContext.BaseDirectory, "Support"),
                ["EVENKEEL_MNIST"] = MnistFolder.Path,
            },
        })!;
        Task<string> errors = python.StandardError.ReadToEndAsync();
        string output = python.StandardOutput.ReadToEnd();
        python.WaitForExit();
        Assert.True(python.ExitCode == 0, errors.Result);
        return output.TrimEnd().Split('\n');
    }
}

