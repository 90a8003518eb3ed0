namespace Evenkeel.Lab.Server;

/// <summary>Counts the pictures that were sent.</summary>
internal sealed class FrameCounter
{
    private long _sent;

    /// <summary>How many were sent since the server started.</summary>
    public long Sent => Interlocked.Read(ref _sent);

    /// <summary>Counts one.</summary>
    public void Count() => Interlocked.Increment(ref _sent);
}
