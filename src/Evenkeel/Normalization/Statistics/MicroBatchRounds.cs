using System.Globalization;

namespace Evenkeel.Normalization;

/// <summary>How much of a gathered batch came in each round over its micro-batches, in values per channel.</summary>
internal sealed class MicroBatchRounds
{
    private long _withGradient;
    private long _differentiated;

    /// <summary>How many values may still be passed forward in this round: the second lasts until all gradients are gathered.</summary>
    public double Left(double gathered) => gathered - (_withGradient < gathered ? _withGradient : _differentiated);

    /// <summary>Begins a new batch.</summary>
    public void Begin() => _withGradient = _differentiated = 0;

    /// <summary>Counts values whose gradients are gathered.</summary>
    /// <exception cref="InvalidOperationException">They are more than there are.</exception>
    public void AddGradient(long values, double gathered) => Add(ref _withGradient, values, gathered);

    /// <summary>Counts values whose gradients are computed, once all are gathered.</summary>
    /// <exception cref="InvalidOperationException">Gradients are missing, or they are more than there are.</exception>
    public void Differentiate(long values, double gathered)
    {
        if (_withGradient != gathered)
        {
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"The gradients of {_withGradient} of {gathered} values per channel were gathered: call GatherGradient after the forward "
                + $"pass of each micro-batch first."));
        }

        Add(ref _differentiated, values, gathered);
    }

    private static void Add(ref long count, long values, double gathered)
    {
        if (count + values > gathered)
        {
            throw new InvalidOperationException(string.Create(
                CultureInfo.InvariantCulture,
                $"With this micro-batch, {count + values} values per channel came in this round, of {gathered} that were gathered: call "
                + $"Gather with each micro-batch, and take each once in each round."));
        }

        count += values;
    }
}
