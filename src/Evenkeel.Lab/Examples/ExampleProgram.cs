using Evenkeel.Explanations;
using Evenkeel.Explanations.Graphs;
using Evenkeel.Explanations.Methods;
using Evenkeel.Lab.Programs;

namespace Evenkeel.Lab.Examples;

/// <summary>Writes the programs of an example.</summary>
internal static class ExampleProgram
{
    /// <summary>Writes the programs of an example.</summary>
    /// <exception cref="ArgumentException">The numbers do not make an example.</exception>
    public static LabProgram Of(ExplanationEntry entry, ExampleRequest request)
    {
        ExplanationInput input = request.Input(entry.DefaultInput);
        _ = entry.Explain(input);
        bool hasBias = entry.Settings.HasFlag(ExplanationSettings.Bias);
        int[] shape = input.Shape;
        int channels = shape[1];
        string sample = string.Join(", ", shape[1..]);
        (string CSharp, string PyTorch, ElementLayout Layout)? layer = entry.Name switch
        {
            "batch-norm" => ($"new BatchNorm({channels}, new() {{", $"nn.BatchNorm{Dimensions(shape)}d({channels}",
                ElementLayout.PerChannel(shape)),
            "layer-norm" => ($"new LayerNorm([{sample}], new() {{", $"nn.LayerNorm([{sample}]", ElementLayout.PerSample(shape)),
            "instance-norm" => ($"new InstanceNorm({channels}, new() {{ Affine = true,",
                $"nn.InstanceNorm{Dimensions(shape)}d({channels}, affine=True",
                ElementLayout.PerChannel(shape)),
            "group-norm" => ($"new GroupNorm({input.Groups}, {channels}, new() {{", $"nn.GroupNorm({input.Groups}, {channels}",
                ElementLayout.PerChannel(shape)),
            "rms-norm" => ($"new RmsNorm([{sample}], new() {{", $"nn.RMSNorm([{sample}]", ElementLayout.PerSample(shape)),
            _ => null,
        };
        string? cSharp = null, pyTorch = null;
        if (layer is var (csharpLayer, torchLayer, layout))
        {
            (double[] weight, double[] bias) = input.Affine(layout);
            cSharp = WriteCSharp(input, csharpLayer, weight, hasBias ? bias : null);
            pyTorch = WritePyTorch(input, torchLayer, layout, weight, hasBias ? bias : null);
        }

        string? file = request.Values is null ? null : Nested(input.Values, shape);
        return new LabProgram(cSharp, pyTorch, WriteCommand(entry, request, file is not null), file);
    }

    private static string WriteCSharp(ExplanationInput input, string layer, double[] weight, double[]? bias)
    {
        string shape = string.Join(", ", input.Shape);
        string biases =
            bias is null ? "" : $"\nnew float[] {{ {ProgramText.Literals(Single(bias))} }}.CopyTo(layer.Bias!.Value.Elements());";
        string biasGradient = bias is null ? "" : "\nPrint(\"dβ\", layer.Bias!.Gradient);";
        return $$"""
            using System.Numerics.Tensors;
            using Evenkeel.Layers;
            using Evenkeel.Normalization;
            using Evenkeel.Numerics;

            Tensor<float> x = Tensor.Create<float>([{{ProgramText.Literals(input.Values)}}], [{{shape}}]);
            Tensor<float> dy = Tensor.Create<float>([{{ProgramText.Literals(input.OutputGradient)}}], [{{shape}}]);
            var layer = {{layer}} Epsilon = {{ProgramText.Of(input.Epsilon)}} });
            new float[] { {{ProgramText.Literals(Single(weight))}} }.CopyTo(layer.Weight!.Value.Elements());{{biases}}
            Print("y", layer.Forward(x, Pass.Training));
            Print("dx", layer.Backward(dy));
            Print("dγ", layer.Weight!.Gradient);{{biasGradient}}

            static void Print(string name, Tensor<float> tensor) =>
                Console.WriteLine($"{name}: {string.Join(", ", tensor.Elements().ToArray())}");

            """;
    }

    private static string WritePyTorch(ExplanationInput input, string layer, ElementLayout layout, double[] weight, double[]? bias)
    {
        string shape = string.Join(", ", input.Shape), parameterShape = string.Join(", ", layout.ParameterShape);
        string biases =
            bias is null ? "" : $"\n    layer.bias.copy_(torch.tensor([{ProgramText.Numbers(Single(bias))}]).reshape({parameterShape}))";
        string biasGradient = bias is null ? "" : "\nprint(\"dβ:\", layer.bias.grad)";
        return $$"""
            import torch
            from torch import nn

            x = torch.tensor([{{ProgramText.Numbers(input.Values)}}]).reshape({{shape}}).requires_grad_()
            dy = torch.tensor([{{ProgramText.Numbers(input.OutputGradient)}}]).reshape({{shape}})
            layer = {{layer}}, eps={{ProgramText.Of(input.Epsilon)}})
            with torch.no_grad():
                layer.weight.copy_(torch.tensor([{{ProgramText.Numbers(Single(weight))}}]).reshape({{parameterShape}})){{biases}}
            y = layer(x)
            y.backward(dy)
            print("y:", y)
            print("dx:", x.grad)
            print("dγ:", layer.weight.grad){{biasGradient}}

            """;
    }

    private static string WriteCommand(ExplanationEntry entry, ExampleRequest request, bool hasFile)
    {
        string Given(string option, float[]? values) => values is null ? ""
            : $" {option} {string.Join(',', values.Select(ProgramText.Of))}";
        string epsilon = request.Epsilon is { } value ? $" --epsilon {ProgramText.Of(value)}" : "";
        string groups = request.Groups is { } count ? Invariant($" --groups {count}") : "";
        float[]? bias = entry.Settings.HasFlag(ExplanationSettings.Bias) ? request.Bias : null;
        return $"evenkeel explain {entry.Name}{(hasFile ? " --input x.json" : "")}{Given("--gamma", request.Weight)}{Given("--beta", bias)}"
            + $"{Given("--dy", request.OutputGradient)}{epsilon}{groups}";
    }

    /// <summary>A tensor as nested arrays of JSON.</summary>
    private static string Nested(ReadOnlySpan<float> values, ReadOnlySpan<int> shape)
    {
        var parts = new List<string>();
        int length = values.Length / shape[0];
        for (int i = 0; i < shape[0]; i++)
        {
            parts.Add(shape.Length == 1 ? ProgramText.Of(values[i]) : Nested(values.Slice(i * length, length), shape[1..]));
        }

        return $"[{string.Join(", ", parts)}]";
    }

    /// <summary>The number in the names of PyTorch's layers.</summary>
    private static int Dimensions(int[] shape) => Math.Max(1, shape.Length - 2);

    private static IEnumerable<float> Single(double[] values) => values.Select(value => (float)value);
}
