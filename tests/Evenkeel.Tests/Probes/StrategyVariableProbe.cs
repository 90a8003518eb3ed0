using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Numerics.Loops;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Probes;

/// <summary>A pass, and the strategy of one of its shape, as the environment has it.</summary>
public sealed class StrategyVariableProbe : Probe
{
    public override void Run(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        new BatchNorm(7).Forward(TestData.Tensor(TestData.Uniform(2 * 7 * 300, seed: 1), 2, 7, 300), Pass.Training);
        output.WriteLine(MemoryStrategy.Of(new(2, 7, 300), tensors: 2).ToString());
    }
}
