using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Studies.Probes;
using Evenkeel.Training;

namespace Evenkeel.Studies.Tests.Probes;

public class UnitRemovalTests
{
    [Fact]
    public void Each_rise_is_that_of_a_network_without_the_unit_and_the_values_are_restored()
    {
        var output = new Linear(3, 2, new RandomSource(4));
        float[] values = [1, 0, 2, 3, 0, -1, 0.5f, 0, 2, -1, 0, 0.5f];
        Tensor<float> units = Tensor.Create((float[])values.Clone(), [4, 3]);
        Tensor<int> labels = Tensor.Create([0, 1, 1, 0]);
        double[] rises = UnitRemoval.Rises(output, units, labels, CancellationToken.None);
        Assert.Equal(values, units.Elements().ToArray());
        double loss = Loss(without: null);
        Assert.Equal([Loss(0) / loss - 1, 0, Loss(2) / loss - 1], rises);
        Assert.NotEqual(0, rises[0]);

        double Loss(int? without) => new SoftmaxCrossEntropy().Forward(
            output.Forward(Tensor.Create([.. values.Select((value, i) => i % 3 == without ? 0 : value)], [4, 3]), Pass.Inference), labels);
    }
}
