using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.Net.Http.Headers;

namespace Evenkeel.WebService;

/// <summary>Answers a request that cannot be read, such as malformed JSON, with what is wrong with it.</summary>
/// <param name="problems">Writes problem details.</param>
internal sealed class BadRequestHandler(IProblemDetailsService problems) : IExceptionHandler
{
    private const string Form = "The body must be JSON, {\"inputs\": [[number, …], …]}";

    /// <inheritdoc/>
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        (int Status, string Detail)? problem = exception switch
        {
            BadHttpRequestException { InnerException: JsonException json } bad => (bad.StatusCode, Detail(json)),
            BadHttpRequestException bad => (bad.StatusCode, $"{Form}; it is empty, or cannot be read."),
            InvalidOperationException when HasUnknownCharset(httpContext.Request) => (
                StatusCodes.Status415UnsupportedMediaType, "The charset of the Content-Type is unknown; send UTF-8."),
            _ => null,
        };
        if (problem is not var (status, detail))
        {
            return false;
        }

        httpContext.Response.StatusCode = status;
        await problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = httpContext,
            ProblemDetails = { Status = status, Detail = detail },
        });
        return true;
    }

    private static string Detail(JsonException json) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Form}; it differs at {json.Path ?? "$"}, line {json.LineNumber + 1}, byte {json.BytePositionInLine + 1}.");

    private static bool HasUnknownCharset(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type)
        && type.Charset.HasValue && type.Encoding is null;
}
