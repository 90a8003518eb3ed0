using System.Net;
using System.Text;

namespace Evenkeel.Lab.Server;

/// <summary>Serves the page on 127.0.0.1 and passes its requests to the lab.</summary>
internal sealed class LabServer : IAsyncDisposable
{
    private const int MaxRequest = 256 * 1024;

    /// <summary>How long requests that are under way may hold up the end.</summary>
    private static readonly TimeSpan ShutdownTimeout = TimeSpan.FromSeconds(1);

    private readonly WebApplication _app;
    private readonly LabFacade _lab = new();
    private readonly FrameCounter _counter = new();

    /// <summary>Creates a server.</summary>
    /// <param name="port">The port; 0 for one that is free.</param>
    public LabServer(int port)
    {
        // Nothing from the current folder or the environment may add an address to listen on.
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(
            new WebApplicationOptions { ApplicationName = "lab", ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddRoutingCore();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = ShutdownTimeout);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = MaxRequest;
            kestrel.AddServerHeader = false;
            kestrel.Listen(IPAddress.Loopback, port);
        });
        _app = builder.Build();
        _app.Use(Guard);
        _app.MapGet("/", () => Results.Text(LabPage.Html, "text/html; charset=utf-8"));
        _app.MapGet("/page.js", () => Results.Text(LabPage.Script, "text/javascript; charset=utf-8"));
        _app.MapGet("/page.css", () => Results.Text(LabPage.Styles, "text/css; charset=utf-8"));
        _app.MapGet("/api/frames", (HttpContext context) => FrameStream.Write(context, _lab, _counter, _app.Lifetime.ApplicationStopping));
        _app.MapGet("/api/sent", () => Results.Text(FormattableString.Invariant($"{{\"sent\":{_counter.Sent}}}"), "application/json"));
        _app.MapPost("/api/{operation}", Call);
    }

    /// <summary>The token that requests must carry.</summary>
    public LabToken Token { get; } = new();

    /// <summary>The addresses that the server listens on.</summary>
    public IEnumerable<string> Addresses => _app.Urls;

    /// <summary>The address of the page, with the token.</summary>
    public string Address => $"{Addresses.First()}/?token={Token.Text}";

    /// <summary>Starts to listen.</summary>
    /// <exception cref="IOException">The port is in use.</exception>
    public Task Start() => _app.StartAsync();

    /// <summary>Waits until the server is told to stop.</summary>
    public Task WaitForEnd() => _app.WaitForShutdownAsync();

    /// <summary>Tells the server to stop.</summary>
    public void Stop() => _app.Lifetime.StopApplication();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        _lab.Dispose();
        await _app.DisposeAsync();
    }

    /// <summary>Refuses requests from elsewhere, and tells the browser what the page may do.</summary>
    private Task Guard(HttpContext context, RequestDelegate next)
    {
        bool isAllowed = context.Request.Path.StartsWithSegments("/api")
            ? Token.Allows(context.Request)
            : LabToken.IsLocal(context.Request);
        if (!isAllowed)
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return Task.CompletedTask;
        }

        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src data:; "
            + "img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        return next(context);
    }

    private async Task<IResult> Call(string operation, HttpRequest request)
    {
        if (!_lab.Operations.Contains(operation))
        {
            return Results.Text($"There is no operation '{operation}'.", statusCode: StatusCodes.Status404NotFound);
        }

        using var reader = new StreamReader(request.Body, Encoding.UTF8);
        string body = await reader.ReadToEndAsync(request.HttpContext.RequestAborted);
        try
        {
            return Results.Text(_lab.Call(operation, body), "application/json");
        }
        catch (LabException e)
        {
            return Results.Text(e.Message, statusCode: StatusCodes.Status400BadRequest);
        }
    }
}
