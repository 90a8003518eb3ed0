namespace Evenkeel.Load;

/// <summary>What came back for a number of requests.</summary>
/// <param name="Time">The time from the first request to the last answer.</param>
/// <param name="Milliseconds">The time of each request.</param>
/// <param name="Wrong">The answers that differ in a bit.</param>
/// <param name="Errors">The requests without an answer, or with a status other than success.</param>
/// <param name="FirstError">The message of the first of them; null for none.</param>
internal sealed record LoadResult(TimeSpan Time, double[] Milliseconds, int Wrong, int Errors, string? FirstError)
{
    private readonly Lazy<double[]> _sorted = new(() => [.. Milliseconds.Order()]);

    /// <summary>Requests per second.</summary>
    public double Rate => Milliseconds.Length / Time.TotalSeconds;

    /// <summary>The time within which a fraction of the requests was answered, in milliseconds.</summary>
    public double Percentile(double fraction) => _sorted.Value[Math.Max(0, (int)Math.Ceiling(fraction * Milliseconds.Length) - 1)];

    /// <summary>Two runs as one.</summary>
    public static LoadResult operator +(LoadResult a, LoadResult b) => new(
        a.Time + b.Time, [.. a.Milliseconds, .. b.Milliseconds], a.Wrong + b.Wrong, a.Errors + b.Errors, a.FirstError ?? b.FirstError);
}
