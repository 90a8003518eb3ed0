using System.Diagnostics;

namespace Evenkeel.Load;

/// <summary>Sends requests over several connections at once and checks every answer.</summary>
internal sealed class LoadGenerator : IDisposable
{
    private readonly IReadOnlyList<PredictionCase> _cases;
    private readonly HttpClient[] _connections;

    /// <summary>Prepares the connections, which are opened by their first request.</summary>
    /// <param name="service">The address of the service.</param>
    /// <param name="cases">The requests, which are sent in turn.</param>
    /// <param name="connections">The number of connections.</param>
    public LoadGenerator(Uri service, IReadOnlyList<PredictionCase> cases, int connections)
    {
        _cases = cases;
        _connections = [.. Enumerable.Range(0, connections).Select(_ => new HttpClient { BaseAddress = service })];
    }

    /// <summary>Sends requests, as many at a time as there are connections.</summary>
    /// <param name="requests">Their number.</param>
    /// <returns>What came back, and how fast.</returns>
    public async Task<LoadResult> RunAsync(int requests)
    {
        var run = new Run(_cases, requests);
        long start = Stopwatch.GetTimestamp();
        await Task.WhenAll(_connections.Select(connection => Task.Run(() => run.SendAsync(connection))));
        return run.Result(Stopwatch.GetElapsedTime(start));
    }

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(_connections, connection => connection.Dispose());

    /// <summary>The state that the connections of a run have in common.</summary>
    private sealed class Run(IReadOnlyList<PredictionCase> cases, int requests)
    {
        private readonly double[] _milliseconds = new double[requests];
        private string? _firstError;
        private int _next = -1;
        private int _wrong;
        private int _errors;

        public async Task SendAsync(HttpClient connection)
        {
            for (int i; (i = Interlocked.Increment(ref _next)) < requests;)
            {
                PredictionCase sent = cases[i % cases.Count];
                using HttpContent body = sent.Content();
                long start = Stopwatch.GetTimestamp();
                try
                {
                    using HttpResponseMessage answer = await connection.PostAsync("predict", body);
                    byte[] text = await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync();
                    _milliseconds[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                    if (!sent.IsRight(text))
                    {
                        Interlocked.Increment(ref _wrong);
                    }
                }
                catch (Exception e)
                {
                    _milliseconds[i] = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
                    Interlocked.Increment(ref _errors);
                    Interlocked.CompareExchange(ref _firstError, e.Message, null);
                }
            }
        }

        public LoadResult Result(TimeSpan time) => new(time, _milliseconds, _wrong, _errors, _firstError);
    }
}
