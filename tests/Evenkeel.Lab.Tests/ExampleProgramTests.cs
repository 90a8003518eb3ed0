using System.Globalization;
using System.Text.RegularExpressions;
using Evenkeel.Explanations;
using Evenkeel.Explanations.Methods;
using Evenkeel.Lab.Examples;
using Evenkeel.Lab.Programs;
using Evenkeel.Lab.Tests.Support;

namespace Evenkeel.Lab.Tests;

public class ExampleProgramTests
{
    private static readonly ExampleRequest Own = new(
        "batch-norm", [2, 1, 1, 2], [1, 2.5f, -3, 4], Weight: [2], Bias: [0.5f], OutputGradient: [1, 0, 0, 1], Epsilon: 0.001);

    [Fact]
    public void The_CSharp_program_has_the_numbers_of_the_example()
    {
        string program = ExampleProgram.Of(Entry("batch-norm"), Own).CSharp!;

        Assert.Contains("Tensor.Create<float>([1, 2.5f, -3, 4], [2, 1, 1, 2]);", program, StringComparison.Ordinal);
        Assert.Contains("new BatchNorm(1, new() { Epsilon = 0.001 });", program, StringComparison.Ordinal);
        Assert.Contains("new float[] { 2 }.CopyTo(layer.Weight!.Value.Elements());", program, StringComparison.Ordinal);
        Assert.Contains("new float[] { 0.5f }.CopyTo(layer.Bias!.Value.Elements());", program, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("batch-norm")]
    [InlineData("layer-norm")]
    [InlineData("instance-norm")]
    [InlineData("group-norm")]
    [InlineData("rms-norm")]
    public void The_CSharp_program_prints_what_the_explanation_says(string name)
    {
        ExplanationEntry entry = Entry(name);
        Explanation explanation = entry.Explain(entry.DefaultInput);
        string[] lines = CSharpProgram.Run(ExampleProgram.Of(entry, new(name)).CSharp!);
        double[] Printed(string symbol) =>
            [.. lines.Single(line => line.StartsWith($"{symbol}: ", StringComparison.Ordinal))[(symbol.Length + 2)..].Split(", ")
                .Select(number => double.Parse(number, CultureInfo.InvariantCulture))];

        Assert.Equal(Values(explanation, SectionKind.Forward, "y"), Printed("y"), new WithinRounding());
        Assert.Equal(Values(explanation, SectionKind.Backward, "dx"), Printed("dx"), new WithinRounding());
    }

    [Fact]
    public void The_command_reads_the_numbers_from_a_file()
    {
        LabProgram program = ExampleProgram.Of(Entry("batch-norm"), Own);

        Assert.Equal("evenkeel explain batch-norm --input x.json --gamma 2 --beta 0.5 --dy 1,0,0,1 --epsilon 0.001", program.Command);
        Assert.Equal("[[[[1, 2.5]]], [[[-3, 4]]]]", program.File);
        Assert.Equal("evenkeel explain layer-norm", ExampleProgram.Of(Entry("layer-norm"), new("layer-norm")).Command);
    }

    [Fact]
    public void Methods_that_take_more_than_a_layer_have_the_command_alone()
    {
        LabProgram program = ExampleProgram.Of(Entry("cross-iteration"), new("cross-iteration"));

        Assert.Null(program.CSharp);
        Assert.Null(program.PyTorch);
    }

    [TorchFact]
    public void The_PyTorch_program_prints_what_the_explanation_says()
    {
        foreach (string name in new[] { "batch-norm", "layer-norm", "instance-norm", "group-norm" })
        {
            ExplanationEntry entry = Entry(name);
            Explanation explanation = entry.Explain(entry.DefaultInput);
            string output = string.Join('\n', PythonProgram.Run(ExampleProgram.Of(entry, new(name)).PyTorch!));

            Assert.Equal(Values(explanation, SectionKind.Forward, "y"), Printed(output, "y:"), new WithinRounding());
            Assert.Equal(Values(explanation, SectionKind.Backward, "dx"), Printed(output, "dx:"), new WithinRounding());
        }
    }

    private static ExplanationEntry Entry(string name) => ExplanationCatalog.All.Single(entry => entry.Name == name);

    private static double[] Values(Explanation explanation, SectionKind kind, string symbol) => explanation.Sections
        .Where(section => section.Kind == kind).SelectMany(section => section.Steps).SelectMany(step => step.Quantities)
        .Last(quantity => quantity.Symbol.Tex == symbol).Values;

    /// <summary>The numbers of a tensor as PyTorch prints it.</summary>
    private static double[] Printed(string output, string name)
    {
        int start = output.IndexOf(name, StringComparison.Ordinal) + name.Length;
        int end = output.IndexOf(')', start);
        string text = output[start..end].Split("grad_fn")[0];
        return [.. Regex.Matches(text, @"-?\d+\.?\d*(e[+-]?\d+)?").Select(number =>
            double.Parse(number.Value, CultureInfo.InvariantCulture))];
    }

    /// <summary>Four decimals are printed.</summary>
    private sealed class WithinRounding : IEqualityComparer<double>
    {
        public bool Equals(double x, double y) => Math.Abs(x - y) < 1e-4;

        public int GetHashCode(double obj) => 0;
    }
}
