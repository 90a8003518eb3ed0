using Evenkeel.Layers;
using Evenkeel.Numerics.Buffers;

namespace Evenkeel.Distributed;

/// <summary>The gradients of all parameters of a network in one piece of memory, so that they are sent and added as one.</summary>
internal sealed class FlatGradients
{
    private readonly AlignedBuffer _memory;

    /// <summary>Moves the gradients of parameters into one memory, each to the beginning of a cache line.</summary>
    public FlatGradients(IReadOnlyList<Parameter> parameters)
    {
        _memory = AlignedBuffer.Of(LengthOf(parameters));
        int start = 0;
        foreach (Parameter parameter in parameters)
        {
            parameter.PlaceGradient(_memory.Slice(start, parameter.Length));
            start += (int)CacheLine.RoundUp(parameter.Length);
        }
    }

    /// <summary>The gradients, with zeros between them.</summary>
    public Span<float> Span => _memory.Span;

    /// <summary>The length of the memory for parameters.</summary>
    public static int LengthOf(IReadOnlyList<Parameter> parameters) =>
        checked((int)parameters.Sum(static parameter => CacheLine.RoundUp(parameter.Length)));
}
