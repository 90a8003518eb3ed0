using System.Globalization;

namespace Evenkeel.Lab.Programs;

/// <summary>Numbers as programs write them.</summary>
internal static class ProgramText
{
    /// <summary>Numbers of C#, in single precision.</summary>
    public static string Literals(IEnumerable<float> values) =>
        string.Join(", ", values.Select(value => Of(value) + (float.IsInteger(value) ? "" : "f")));

    /// <summary>Numbers of Python, the first with a point, which makes all of them floating.</summary>
    public static string Numbers(IEnumerable<float> values) =>
        string.Join(", ", values.Select((value, i) => Of(value) + (i == 0 && float.IsInteger(value) ? ".0" : "")));

    /// <summary>A number, which reads back as it was.</summary>
    public static string Of(float value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A number, which reads back as it was.</summary>
    public static string Of(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    /// <summary>A boolean of C#.</summary>
    public static string CSharp(bool value) => value ? "true" : "false";

    /// <summary>A boolean of Python.</summary>
    public static string Python(bool value) => value ? "True" : "False";
}
