using Evenkeel.Numerics;

namespace Evenkeel.Studies.Training;

/// <summary>The rows of an endless sequence of batches: all rows once in each epoch, in an order that depends on the seed alone.</summary>
internal sealed class RowBatches
{
    private readonly int _batchSize;
    private readonly bool _isFixed;
    private readonly ulong _seed;
    private readonly int[] _rows;
    private readonly int[] _batches;
    private ulong _epoch;
    private int _next;

    /// <summary>Divides rows into batches.</summary>
    /// <param name="rows">The number of rows, a multiple of the batch size.</param>
    /// <param name="batchSize">The number of rows in a batch.</param>
    /// <param name="isFixed">True to divide once, and shuffle only the order of the batches; false to divide anew in each epoch.</param>
    /// <param name="seed">The seed of the order.</param>
    public RowBatches(int rows, int batchSize, bool isFixed, int seed)
    {
        (_batchSize, _isFixed, _seed) = (batchSize, isFixed, (ulong)seed);
        _rows = [.. Enumerable.Range(0, rows)];
        _batches = [.. Enumerable.Range(0, rows / batchSize)];
        _next = _batches.Length;
    }

    /// <summary>The rows of the current batch.</summary>
    public ReadOnlySpan<int> Rows => _rows.AsSpan(_batches[_next - 1] * _batchSize, _batchSize);

    /// <summary>Moves to the next batch.</summary>
    public void MoveNext()
    {
        if (_next == _batches.Length)
        {
            var random = new RandomStream(_seed, _epoch);
            random.Shuffle(_isFixed && _epoch > 0 ? _batches : _rows);
            (_next, _epoch) = (0, _epoch + 1);
        }

        _next++;
    }
}
