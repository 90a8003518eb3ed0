using Evenkeel.Layers;
using Evenkeel.Numerics.Inference;

namespace Evenkeel.Inference.Steps;

/// <summary>Vectors of categories instead of their codes, beside elements that are copied.</summary>
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
                int wrong = EmbeddingLookup.Run(from, lookup.Codes, lookup.Table, lookup.Categories, to, lookup.Vectors, lookup.Stride);
                if (wrong >= 0)
                {
                    throw EmbeddingTable.NotACode(
                        from[lookup.Codes[wrong]],
                        [batch.First + sample, .. EmbeddingTable.Position(lookup.First + wrong, shape)],
                        lookup.Categories,
                        "input");
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
    /// <param name="First">The index of the first code in the sample, for messages.</param>
    /// <param name="Codes">The offset of each code in the activations.</param>
    /// <param name="Table">The vectors.</param>
    /// <param name="Categories">The number of vectors.</param>
    /// <param name="Vectors">The offset of each vector in the activations.</param>
    /// <param name="Stride">The distance between the elements of a vector.</param>
    public readonly record struct Lookup(int First, int[] Codes, float[] Table, int Categories, int[] Vectors, int Stride);
}
