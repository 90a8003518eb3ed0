using System.Text.Json;

namespace Evenkeel.Formats;

/// <summary>The names of enumeration values in JSON files: <c>population</c>, <c>l2</c>.</summary>
internal static class JsonNames
{
    public static string Of<T>(T value)
        where T : struct, Enum =>
        JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
