using System.Net;
using System.Text;
using Evenkeel.Lab.Server;

namespace Evenkeel.Lab.Tests.Server;

public sealed class LabServerTests : IAsyncLifetime, IDisposable
{
    private readonly LabServer _server = new(port: 0);
    private readonly HttpClient _client = new();
    private Uri _base = new("http://127.0.0.1");

    public async Task InitializeAsync()
    {
        await _server.Start();
        _base = new Uri(_server.Address);
    }

    public async Task DisposeAsync() => await _server.DisposeAsync();

    public void Dispose() => _client.Dispose();

    [Fact]
    public async Task The_page_is_whole_and_takes_nothing_from_outside()
    {
        using HttpResponseMessage response = await _client.GetAsync(new Uri(_base, "/"));
        string page = await response.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.DoesNotContain("src=\"http", page, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        Assert.DoesNotContain(_server.Token.Text, page, StringComparison.Ordinal);
        foreach (string file in new[] { "/page.js", "/page.css" })
        {
            using HttpResponseMessage part = await _client.GetAsync(new Uri(_base, file));
            Assert.True((await part.Content.ReadAsStringAsync()).Length > 10_000);
        }
    }

    [Theory]
    [InlineData("api/describe", null, null, null)]
    [InlineData("api/describe", "0000", null, null)]
    [InlineData("api/describe", "token", "http://evil.example", null)]
    [InlineData("api/describe", "token", "null", null)]
    [InlineData("api/describe", "token", null, "evil.example")]
    [InlineData("api/frames", null, null, null)]
    [InlineData("", null, null, "evil.example")]
    public async Task A_request_from_elsewhere_is_refused(string path, string? token, string? origin, string? host)
    {
        using HttpRequestMessage request = Request(path, token == "token" ? _server.Token.Text : token);
        if (path is "api/frames" or "")
        {
            (request.Method, request.Content) = (HttpMethod.Get, null);
        }

        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        request.Headers.Host = host;
        using HttpResponseMessage response = await _client.SendAsync(request);

        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        Assert.Equal("", await response.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task The_environment_adds_no_address()
    {
        const string Variable = "Kestrel__Endpoints__Other__Url";
        Environment.SetEnvironmentVariable(Variable, "http://0.0.0.0:0");
        try
        {
            await using var server = new LabServer(port: 0);
            await server.Start();

            Assert.Equal(["127.0.0.1"], server.Addresses.Select(address => new Uri(address).Host));
        }
        finally
        {
            Environment.SetEnvironmentVariable(Variable, null);
        }
    }

    [Fact]
    public async Task The_page_itself_is_allowed()
    {
        using HttpRequestMessage request = Request("api/describe", _server.Token.Text);
        request.Headers.Add("Origin", $"http://{_base.Authority}");
        using HttpResponseMessage response = await _client.SendAsync(request);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("api/nothing", "{}", HttpStatusCode.NotFound, "no operation 'nothing'")]
    [InlineData("api/explain", "{\"name\":\"x\"}", HttpStatusCode.BadRequest, "no explanation 'x'")]
    [InlineData("api/explain", "", HttpStatusCode.BadRequest, "JSON")]
    public async Task A_wrong_request_is_answered_with_its_reason(string path, string body, HttpStatusCode status, string words)
    {
        using HttpRequestMessage request = Request(path, _server.Token.Text, body);
        using HttpResponseMessage response = await _client.SendAsync(request);

        Assert.Equal(status, response.StatusCode);
        Assert.Contains(words, await response.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_is_too_long_is_refused()
    {
        using HttpRequestMessage request = Request("api/explain", _server.Token.Text, new string(' ', 300_000));
        using HttpResponseMessage response = await _client.SendAsync(request);

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
    }

    [Fact]
    public async Task Frames_arrive_as_events_until_the_server_stops()
    {
        const string Run = """{"normalizer":"batch","place":"before","activation":"relu","depth":1,"width":8,"scale":0,"""
            + """ "learningRate":0.1,"batchSize":32,"seed":0}""";
        using (HttpRequestMessage train = Request("api/train", _server.Token.Text, $$"""{"first":{{Run}},"second":{{Run}}}"""))
        {
            using HttpResponseMessage started = await _client.SendAsync(train);
            Assert.Equal(HttpStatusCode.OK, started.StatusCode);
        }

        using HttpRequestMessage request = Request("api/frames", _server.Token.Text);
        (request.Method, request.Content) = (HttpMethod.Get, null);
        using HttpResponseMessage response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync());
        for (int i = 0; i < 3; i++)
        {
            Assert.StartsWith("data: [{", await reader.ReadLineAsync(), StringComparison.Ordinal);
            Assert.Equal("", await reader.ReadLineAsync());
        }

        _server.Stop();
        Task ended = _server.WaitForEnd();
        Assert.Same(ended, await Task.WhenAny(ended, Task.Delay(TimeSpan.FromSeconds(20))));
    }

    private HttpRequestMessage Request(string path, string? token, string body = "{}")
    {
        var request = new HttpRequestMessage(HttpMethod.Post, new Uri(_base, "/" + path))
        {
            Content = new StringContent(body, Encoding.UTF8, "application/json"),
        };
        if (token is not null)
        {
            request.Headers.Add(LabToken.Header, token);
        }

        return request;
    }
}
