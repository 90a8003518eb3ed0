using Evenkeel.Layers;
using Evenkeel.Numerics.Inference;

namespace Evenkeel.Inference.Steps;

/// <summary>Vectors of categories instead of their codes, beside elements that are copied; samples are no images.</summary>
/// <param name="shape">The shape of a sample of the input, for messages.</param>
/// <param name="copies">The elements that are copied.</param>
/// <param name="lookups">The codes.</param>
/// <param name="source">The activations that it reads.</param>
/// <param name="target">Receives the results.</param>
internal sealed unsafe class EmbeddingStep(
    nint[] shape, EmbeddingStep.Copy[] copies, EmbeddingStep.Lookup[] lookups, ActivationBuffer source, ActivationBuffer target) : Step
{
    /// <inheritdoc/>
    public override string Kind => "embedding";

    /// <inheritdoc/>
    public override IReadOnlyList<ActivationBuffer> Sources => [source];

    /// <inheritdoc/>
    public override ActivationBuffer Target => target;

    /// <inheritdoc/>
    public override long WeightBytes { get; } = lookups.Sum(lookup => sizeof(float) * (long)lookup.Table.Length);

    /// <inheritdoc/>
    public override void Invoke(in SubBatch batch)
    {
        for (int sample = 0; sample < batch.Samples; sample++)
        {
            float* from = batch.Address(source) + (nint)sample * source.Layout.SampleStride;
            float* to = batch.Address(target) + (nint)sample * target.Layout.SampleStride;
            foreach (Copy copy in copies)
            {
                new ReadOnlySpan<float>(from + copy.From, copy.Count).CopyTo(new Span<float>(to + copy.To, copy.Count));
            }

            foreach (Lookup lookup in lookups)
            {
                int wrong = EmbeddingLookup.Run(
                    from + lookup.From, lookup.Count, lookup.Table, lookup.Categories, lookup.Dimension, to + lookup.To);
                if (wrong >= 0)
                {
                    int element = lookup.From + wrong;
                    throw EmbeddingTable.NotACode(
                        from[element], [batch.First + sample, .. EmbeddingTable.Position(element, shape)], lookup.Categories, "input");
                }
            }
        }
    }

    /// <summary>Elements of a sample that are copied.</summary>
    /// <param name="From">The first in the input.</param>
    /// <param name="Count">The number of them.</param>
    /// <param name="To">The first in the output.</param>
    public readonly record struct Copy(int From, int Count, int To);

    /// <summary>Elements of a sample that are codes, and the table of their vectors.</summary>
    /// <param name="From">The first in the input.</param>
    /// <param name="Count">The number of them.</param>
    /// <param name="Table">The vectors.</param>
    /// <param name="Categories">The number of vectors.</param>
    /// <param name="Dimension">The length of a vector.</param>
    /// <param name="To">The first element of the vectors in the output.</param>
    public readonly record struct Lookup(int From, int Count, float[] Table, int Categories, int Dimension, int To);
}
