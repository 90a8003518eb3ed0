namespace Evenkeel.Tables.Tests.Support;

/// <summary>A table that can be opened a number of times, and then no more.</summary>
/// <param name="inner">The table.</param>
/// <param name="opens">How often it can be opened.</param>
internal sealed class FailingTable(TableSource inner, int opens) : TableSource
{
    private int _left = opens;

    public override string Name => inner.Name;

    public override TableReader Open() => _left-- > 0 ? inner.Open() : throw new IOException("The disk is gone.");
}
