using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Studies.Probes;

namespace Evenkeel.Studies.Tests.Probes;

public class LossSurfaceTests
{
    private readonly LossSurface _surface;
    private readonly Sequential _network;

    public LossSurfaceTests()
    {
        var random = new RandomSource(5);
        _network = new Sequential(new Linear(6, 4, random), new BatchNorm(4), new Tanh(), new Linear(4, 3, random));
        float[] inputs = new float[48];
        random.Next().FillNormal(inputs, 0, 1);
        _surface = new LossSurface(_network, Tensor.Create(inputs, [8, 6]), Tensor.Create([0, 1, 2, 0, 1, 2, 0, 1]));
    }

    [Fact]
    public void A_small_step_along_the_gradient_lowers_the_loss_by_its_square()
    {
        double loss = _surface.Differentiate();
        float[] origin = _surface.Point(), gradient = _surface.Gradient();
        const float Step = 1e-3f;
        _surface.MoveTo(origin, Step, gradient);
        double square = TensorPrimitives.SumOfSquares<float>(gradient);
        Assert.Equal(square, (loss - _surface.Differentiate()) / Step, 0.02 * square);
    }

    [Fact]
    public void A_step_of_nothing_leads_back()
    {
        double loss = _surface.Differentiate();
        float[] origin = _surface.Point(), gradient = _surface.Gradient();
        _surface.MoveTo(origin, 1, gradient);
        Assert.NotEqual(origin, _surface.Point());
        _surface.MoveTo(origin, 0, gradient);
        Assert.Equal(origin, _surface.Point());
        Assert.Equal(loss, _surface.Differentiate());
        Assert.Equal(gradient, _surface.Gradient());
        Assert.Equal(origin.Length, _network.Parameters.Sum(parameter => parameter.Length));
    }
}
