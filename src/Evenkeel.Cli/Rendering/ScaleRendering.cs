using System.Text.Json.Nodes;
using Evenkeel.Cli.Shell;
using static System.FormattableString;

namespace Evenkeel.Cli.Rendering;

/// <summary>Prints what a command did to a CSV file, as text or JSON.</summary>
internal static class ScaleRendering
{
    public static void WriteResult(TextWriter writer, bool asJson, ScaleResult result)
    {
        if (asJson)
        {
            var json = new JsonObject
            {
                ["command"] = result.Command,
                ["columns"] = new JsonArray([.. result.Columns.Select(name => JsonValue.Create(name))]),
                ["rows"] = result.Rows,
                ["problems"] = result.Problems,
                ["bytes"] = result.Bytes,
                ["seconds"] = Math.Round(result.Elapsed.TotalSeconds, 3),
                ["file"] = result.File,
            };
            if (result.Parts is { } count)
            {
                json["parts"] = count;
            }

            writer.WriteLine(json.ToJsonString());
            return;
        }

        string parts = result.Parts is { } number ? $" of {Counted(number, "part")}" : "";
        writer.WriteLine(
            $"{result.Command}: {Counted(result.Rows, "row")}{parts}, {Counted(result.Columns.Count, "column")} "
            + Invariant($"in {result.Elapsed.TotalSeconds:F1} s ")
            + $"({ByteCount.Describe(result.Bytes / result.Elapsed.TotalSeconds)}/s). Written:");
        writer.WriteLine("  " + (result.File == OutputFile.Dash ? "standard output" : OneLine.Of(result.File)));
    }

    /// <summary>A number with its noun.</summary>
    public static string Counted(long count, string thing) => Counted(count, thing, thing + "s");

    /// <summary>A number with its noun, in the singular or plural.</summary>
    public static string Counted(long count, string thing, string things) =>
        Invariant($"{count:N0} {(count == 1 ? thing : things)}");
}
