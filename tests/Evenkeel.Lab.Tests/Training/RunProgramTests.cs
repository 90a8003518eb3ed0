using Evenkeel.Lab.Tests.Support;
using Evenkeel.Lab.Training;

namespace Evenkeel.Lab.Tests.Training;

public class RunProgramTests
{
    private static readonly RunSettings Default =
        new("batch", "before", "sigmoid", Depth: 4, Width: 64, Scale: 0, LearningRate: 0.3, BatchSize: 64, Seed: 0);

    [Theory]
    [InlineData("none")]
    [InlineData("batch")]
    [InlineData("layer")]
    [InlineData("rms")]
    [InlineData("group")]
    [InlineData("renorm")]
    [InlineData("cross-iteration")]
    public void The_CSharp_program_compiles(string normalizer) =>
        _ = CSharpProgram.Compile(RunProgram.Of(Default with { Normalizer = normalizer, Scale = 0.1 }).CSharp!);

    [Fact]
    public void The_CSharp_program_trains()
    {
        string program = RunProgram.Of(Default with { Depth = 1, Width = 8 }).CSharp!
            .Replace("Epochs = 5", "Epochs = 1", StringComparison.Ordinal);

        Assert.Matches(@"^epoch 1: loss 0\.\d{4}, test accuracy 0\.[89]\d{3}$", Assert.Single(CSharpProgram.Run(program)));
    }

    [Theory]
    [InlineData("none", "[linear, new Sigmoid()]", "bias: true")]
    [InlineData("layer", "[linear, new LayerNorm(64), new Sigmoid()]", "bias: false")]
    [InlineData("rms", "[linear, new RmsNorm(64), new Sigmoid()]", "bias: false")]
    [InlineData("group", "[linear, new GroupNorm(16, 64), new Sigmoid()]", "bias: false")]
    [InlineData("renorm", "[linear, new BatchRenorm(64), new Sigmoid()]", "bias: false")]
    [InlineData("cross-iteration", "[linear, new CrossIterationBatchNorm(linear, new() { Window = 4 }), new Sigmoid()]", "bias: false")]
    public void Each_normalization_stands_where_it_is(string normalizer, params string[] words) =>
        Assert.All(words, word => Assert.Contains(word, RunProgram.Of(Default with { Normalizer = normalizer }).CSharp!,
            StringComparison.Ordinal));

    [Fact]
    public void After_the_activation_a_linear_layer_keeps_its_bias()
    {
        string program = RunProgram.Of(Default with { Place = "after", Activation = "relu" }).CSharp!;

        Assert.Contains("[linear, new Relu(), new BatchNorm(64)]", program, StringComparison.Ordinal);
        Assert.Contains("bias: true", program, StringComparison.Ordinal);
    }

    [Fact]
    public void What_another_program_lacks_is_left_out()
    {
        Assert.Null(RunProgram.Of(Default with { Normalizer = "renorm" }).PyTorch);
        Assert.Null(RunProgram.Of(Default with { Place = "after" }).Command);
        Assert.Null(RunProgram.Of(Default with { Scale = 1 }).Command);
        Assert.Equal(
            "evenkeel train --net mlp --hidden 64,64,64,64 --norm batch --activation sigmoid --lr 0.3 --batch-size 64 --seed 0 --epochs 5",
            RunProgram.Of(Default).Command);
    }

    [TorchFact]
    public void The_network_of_the_PyTorch_program_takes_digits()
    {
        foreach (string normalizer in new[] { "none", "batch", "layer", "group" })
        {
            string program = RunProgram.Of(Default with { Normalizer = normalizer, Scale = normalizer == "group" ? 0.1 : 0 }).PyTorch!;
            string model = program[..program.IndexOf("from torchvision", StringComparison.Ordinal)];
            Assert.Equal(["torch.Size([3, 10])"], PythonProgram.Run(model + "print(model(torch.rand(3, 1, 28, 28)).shape)"));
        }
    }
}
