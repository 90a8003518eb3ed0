using Microsoft.AspNetCore.Diagnostics;

namespace Evenkeel.WebService;

/// <summary>Answers a request that cannot be read, such as malformed JSON, with what is wrong with it.</summary>
/// <param name="problems">Writes problem details.</param>
internal sealed class BadRequestHandler(IProblemDetailsService problems) : IExceptionHandler
{
    /// <inheritdoc/>
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is not BadHttpRequestException bad)
        {
            return false;
        }

        httpContext.Response.StatusCode = bad.StatusCode;
        await problems.TryWriteAsync(new ProblemDetailsContext
        {
            HttpContext = httpContext,
            ProblemDetails = { Status = bad.StatusCode, Detail = bad.InnerException?.Message ?? bad.Message },
        });
        return true;
    }
}
