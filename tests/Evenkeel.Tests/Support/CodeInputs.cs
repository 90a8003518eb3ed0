using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Layers.Pooling;
using Evenkeel.Networks;
using Evenkeel.Numerics;

namespace Evenkeel.Tests.Support;

/// <summary>Inputs that are uniform numbers, with codes where a layer reads those.</summary>
internal static class CodeInputs
{
    /// <summary>An input of this shape for a layer, or for a network that begins with it.</summary>
    public static Tensor<float> For(Layer layer, nint[] lengths, int seed)
    {
        float[] values = TestData.Uniform((int)TensorPrimitives.Product<nint>(lengths), seed);
        switch (layer)
        {
            case Sequential network:
                return For(network.Layers[0], lengths, seed);

            case WindowPooling: // of codes
                return For(new Embedding(6, 1, new RandomSource(0)), lengths, seed);

            case Embedding embedding:
                values = Array.ConvertAll(values, value => Code(value, embedding.Categories));
                break;

            case CategoryEmbedding embedding when lengths.Length == 2:
                int features = (int)lengths[1];
                foreach (CategoryColumn column in embedding.Columns.Where(column => column.Column < features))
                {
                    for (int i = column.Column; i < values.Length; i += features)
                    {
                        values[i] = Code(values[i], column.Categories);
                    }
                }

                break;
        }

        return TestData.Tensor(values, lengths);
    }

    private static float Code(float value, int categories) => MathF.Min(categories - 1, MathF.Floor((value + 1) / 2 * categories));
}
