namespace Evenkeel.Onnx;

/// <summary>Names of nodes and of sets of operators, in files and in networks.</summary>
internal static class OnnxNames
{
    /// <summary>Stands for '.' in the names of a network's layers, where dots separate the names of a path.</summary>
    public const char Dot = '·';

    /// <summary>The domain of ONNX's operators for classical machine learning, such as lookups of texts.</summary>
    public const string MachineLearning = "ai.onnx.ml";

    /// <summary>Whether a domain is that of ONNX's own operators.</summary>
    public static bool IsOwnDomain(string domain) => domain is "" or "ai.onnx";
}
