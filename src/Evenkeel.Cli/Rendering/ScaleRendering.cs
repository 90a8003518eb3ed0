using System.Text.Json.Nodes;
using Evenkeel.Cli.Shell;

namespace Evenkeel.Cli.Rendering;

/// <summary>Results of the work on CSV files, for people and for programs.</summary>
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
            writer.WriteLine(json.ToJsonString());
            return;
        }

        writer.WriteLine(
            FormattableString.Invariant($"{result.Command}: {Counted(result.Rows, "row")}, {Counted(result.Columns.Count, "column")} in {result.Elapsed.TotalSeconds:F1} s ")
            + $"({ByteCount.Describe(result.Bytes / result.Elapsed.TotalSeconds)}/s). Written:");
        writer.WriteLine("  " + OneLine.Of(result.File));
    }

    /// <summary>A number of things.</summary>
    public static string Counted(long count, string thing) => Counted(count, thing, thing + "s");

    /// <summary>A number of things with a plural of their own.</summary>
    public static string Counted(long count, string thing, string things) => FormattableString.Invariant($"{count:N0} {(count == 1 ? thing : things)}");
}
