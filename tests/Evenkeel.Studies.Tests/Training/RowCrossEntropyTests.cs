using System.Numerics.Tensors;
using Evenkeel.Numerics;
using Evenkeel.Studies.Training;
using Evenkeel.Training;

namespace Evenkeel.Studies.Tests.Training;

public class RowCrossEntropyTests
{
    private static readonly Tensor<float> Outputs = Tensor.Create([1f, 2, 3, -1, 0.5f, 0, 2, -2, 1, 0, 0, 4], [4, 3]);
    private static readonly Tensor<int> Targets = Tensor.Create([2, 0, 1, 0]);

    [Fact]
    public void The_loss_is_that_of_the_rows_alone()
    {
        var expected = new SoftmaxCrossEntropy();
        double loss = expected.Forward(Tensor.Create([0f, 0, 4, -1, 0.5f, 0], [2, 3]), Tensor.Create([0, 0]));
        float[] gradient = [.. expected.Backward()];
        var rows = new RowCrossEntropy { Rows = [3, 1] };
        Assert.Equal(loss, rows.Forward(Outputs, Targets));
        Assert.Equal([0, 0, 0, .. gradient[3..], 0, 0, 0, .. gradient[..3]], rows.Backward().Elements().ToArray());
    }

    [Fact]
    public void All_rows_in_order_give_the_usual_loss()
    {
        var usual = new SoftmaxCrossEntropy();
        var rows = new RowCrossEntropy { Rows = [0, 1, 2, 3] };
        Assert.Equal(usual.Forward(Outputs, Targets), rows.Forward(Outputs, Targets));
        Assert.Equal(usual.Backward().Elements().ToArray(), rows.Backward().Elements().ToArray());
    }
}
