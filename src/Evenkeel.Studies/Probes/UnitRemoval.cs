using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Training;

namespace Evenkeel.Studies.Probes;

/// <summary>How much a network's loss depends on each unit of its last hidden layer.</summary>
internal static class UnitRemoval
{
    /// <summary>The rise of the loss when a unit is set to 0 on all samples, relative to the loss, for each unit.</summary>
    /// <param name="output">The network's last layer.</param>
    /// <param name="units">The units' values [samples, units], the input of the last layer; restored at the end.</param>
    /// <param name="labels">The labels of the samples.</param>
    /// <param name="cancellationToken">Cancels the measurement.</param>
    public static double[] Rises(Layer output, Tensor<float> units, Tensor<int> labels, CancellationToken cancellationToken)
    {
        var crossEntropy = new SoftmaxCrossEntropy();
        int samples = (int)units.Lengths[0], width = (int)units.Lengths[1];
        float[] removed = new float[samples];
        double[] rises = new double[width];
        double loss = Loss();
        for (int unit = 0; unit < width; unit++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Span<float> values = units.Elements();
            for (int sample = 0; sample < samples; sample++)
            {
                ref float value = ref values[sample * width + unit];
                (removed[sample], value) = (value, 0);
            }

            rises[unit] = Loss() / loss - 1;
            for (int sample = 0; sample < samples; sample++)
            {
                values[sample * width + unit] = removed[sample];
            }
        }

        return rises;

        double Loss() => crossEntropy.Forward(output.Forward(units, Pass.Inference), labels);
    }
}
