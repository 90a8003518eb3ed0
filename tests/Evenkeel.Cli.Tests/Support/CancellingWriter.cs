namespace Evenkeel.Cli.Tests.Support;

/// <summary>Keeps what is written, and asks for an end once a line was written that holds certain words: a Ctrl-C at that moment.</summary>
internal sealed class CancellingWriter(string words) : StringWriter
{
    private readonly CancellationTokenSource _source = new();

    public CancellationToken Token => _source.Token;

    public override void WriteLine(string? value)
    {
        base.WriteLine(value);
        if (value?.Contains(words, StringComparison.Ordinal) == true)
        {
            _source.Cancel();
        }
    }

    protected override void Dispose(bool disposing)
    {
        _source.Dispose();
        base.Dispose(disposing);
    }
}
