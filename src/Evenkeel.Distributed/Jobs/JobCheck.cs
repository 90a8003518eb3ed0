using System.Reflection;
using System.Text;
using System.Text.Json;
using Evenkeel.Numerics;
using static System.FormattableString;

namespace Evenkeel.Distributed;

/// <summary>Checks, at the start of a job, that its ranks agree.</summary>
public static class JobCheck
{
    private const int HashDigits = 8;
    private const int MaxRanksNamed = 8;

    /// <summary>The version of the library, with the beginning of its commit's hash if it is known.</summary>
    internal static string Version { get; } = Shorten(
        typeof(JobCheck).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown");

    /// <summary>Checks that all ranks have one version of the library and of its arithmetic, and equal values of the caller's.</summary>
    /// <param name="communicator">The ranks; all call this.</param>
    /// <param name="values">What must be equal, by names, such as a fingerprint of the data; texts of one line.</param>
    /// <exception cref="ArgumentException">Two values have one name.</exception>
    /// <exception cref="RankDifferenceException">A value differs. All ranks throw it, with the same message.</exception>
    /// <exception cref="CommunicationException">A rank has ended, or the exchange failed otherwise.</exception>
    public static void Verify(Communicator communicator, params IReadOnlyCollection<KeyValuePair<string, string>> values)
    {
        ArgumentNullException.ThrowIfNull(communicator);
        ArgumentNullException.ThrowIfNull(values);
        VerifyAs(Version, communicator, values);
    }

    /// <summary>Checks as <see cref="Verify"/> does, for a version of the library that may be another.</summary>
    internal static void VerifyAs(
        string version, Communicator communicator, IReadOnlyCollection<KeyValuePair<string, string>> values)
    {
        KeyValuePair<string, string>[] own =
        [
            new("", Environment.MachineName), new("Evenkeel", version),
            new("arithmetic", Invariant($"version {Arithmetic.Version}")), .. values,
        ];
        if (own.GroupBy(value => value.Key).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new ArgumentException($"Two values have the name '{twice.Key}'.", nameof(values));
        }

        Dictionary<string, string>[] all = [.. communicator.AllGather(Write(own)).Select(Read)];
        string? name = all.SelectMany(rank => rank.Keys).Where(key => key.Length > 0).Distinct()
            .FirstOrDefault(key => all.Any(rank => rank.GetValueOrDefault(key) != all[0].GetValueOrDefault(key)));
        if (name is not null)
        {
            throw new RankDifferenceException(Describe(name, all));
        }
    }

    private static string Describe(string name, Dictionary<string, string>[] all)
    {
        string? expected = all[0].GetValueOrDefault(name);
        string? other = all.Select(rank => rank.GetValueOrDefault(name)).First(value => value != expected);
        int[] ranks = [.. Enumerable.Range(0, all.Length).Where(rank => all[rank].GetValueOrDefault(name) == other)];
        string named = string.Join(", ", ranks.Take(MaxRanksNamed).Select(rank => Invariant($"{rank} on {all[rank][""]}")));
        string more = ranks.Length > MaxRanksNamed ? Invariant($" and {ranks.Length - MaxRanksNamed} more") : "";
        return Invariant($"{(ranks.Length == 1 ? "rank" : "ranks")} {named}{more} {(ranks.Length == 1 ? "has" : "have")} ")
            + $"{Value(name, other)}, rank 0 on {all[0][""]} {(expected is null ? "has none" : expected)}";
    }

    private static string Value(string name, string? value) => value is null ? $"no {name}" : $"{name} {value}";

    private static string Write(KeyValuePair<string, string>[] values)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            foreach ((string name, string value) in values)
            {
                json.WriteString(name, value);
            }

            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static Dictionary<string, string> Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.EnumerateObject().ToDictionary(value => value.Name, value => value.Value.GetString()!);
    }

    private static string Shorten(string version) =>
        version.IndexOf('+', StringComparison.Ordinal) is >= 0 and var plus ? version[..Math.Min(version.Length, plus + 1 + HashDigits)]
            : version;
}
