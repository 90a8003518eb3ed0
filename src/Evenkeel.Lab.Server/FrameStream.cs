using System.Text;
using Evenkeel.Lab.Training;

namespace Evenkeel.Lab.Server;

/// <summary>The frames of both runs as server-sent events, at most one every 33 ms, until the client goes.</summary>
internal static class FrameStream
{
    /// <summary>Writes events while anything trains; the last one again only after it has changed.</summary>
    /// <param name="context">The request.</param>
    /// <param name="lab">The lab.</param>
    /// <param name="counter">Counts the events.</param>
    /// <param name="ending">Ends the stream when the server stops.</param>
    public static async Task Write(HttpContext context, LabFacade lab, FrameCounter counter, CancellationToken ending)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, ending);
        HttpResponse response = context.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        using var timer = new PeriodicTimer(TrainingPair.BetweenFrames);
        string? last = null;
        lab.BeginWatch();
        try
        {
            do
            {
                if (lab.Frames() is { } frames && frames != last)
                {
                    last = frames;
                    await response.BodyWriter.WriteAsync(Encoding.UTF8.GetBytes($"data: {frames}\n\n"), end.Token);
                    counter.Count();
                }
            }
            while (await timer.WaitForNextTickAsync(end.Token));
        }
        catch (OperationCanceledException)
        {
            // The page was closed, or the server stops.
        }
        finally
        {
            lab.EndWatch();
        }
    }
}
