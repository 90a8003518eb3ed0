using Evenkeel.Lab.Programs;
using Evenkeel.Normalization;

namespace Evenkeel.Lab.Training;

/// <summary>Writes the programs of a training run.</summary>
internal static class RunProgram
{
    private const int Epochs = 5;

    /// <summary>Writes the programs of a run.</summary>
    /// <exception cref="ArgumentException">A setting is wrong.</exception>
    public static LabProgram Of(RunSettings settings)
    {
        _ = settings.Check();
        return new LabProgram(WriteCSharp(settings), WritePyTorch(settings), WriteCommand(settings));
    }

    private static string WriteCSharp(RunSettings run)
    {
        string weights = run.Scale != 0 ? Invariant($"Initializer.Normal({run.Scale})")
            : run.IsRecommendedHe ? "Initializer.HeNormal"
            : "Initializer.XavierNormal";
        string? normalization = run.Normalizer switch
        {
            NormalizerCatalog.None => null,
            NormalizerCatalog.Batch => Invariant($"new BatchNorm({run.Width})"),
            NormalizerCatalog.Layer => Invariant($"new LayerNorm({run.Width})"),
            NormalizerCatalog.Rms => Invariant($"new RmsNorm({run.Width})"),
            NormalizerCatalog.Group => Invariant($"new GroupNorm({NormalizerCatalog.Groups(run.Width)}, {run.Width})"),
            NormalizerCatalog.Renorm => Invariant($"new BatchRenorm({run.Width})"),
            _ => Invariant($"new CrossIterationBatchNorm(linear, new() {{ Window = {NormalizerCatalog.Window} }})"),
        };
        string activation = run.Activation switch { "relu" => "new Relu()", "sigmoid" => "new Sigmoid()", _ => "new Tanh()" };
        string layers = string.Join(", ", Ordered(run, "linear", normalization, activation));
        return Invariant($$"""
            using Evenkeel.Data;
            using Evenkeel.Layers;
            using Evenkeel.Layers.Activations;
            using Evenkeel.Networks;
            using Evenkeel.Normalization;
            using Evenkeel.Numerics;
            using Evenkeel.Training;

            ImageClassificationData digits = IdxImages.LoadFolder("data/mnist");
            var random = new RandomSource({{run.Seed}});
            var layers = new List<Layer> { new Flatten() };
            int width = digits.Height * digits.Width;
            for (int i = 0; i < {{run.Depth}}; i++)
            {
                var linear = new Linear(width, {{run.Width}}, random, bias: {{ProgramText.CSharp(HasBias(run))}}, {{weights}});
                layers.AddRange([{{layers}}]);
                width = {{run.Width}};
            }

            layers.Add(new Linear(width, digits.Classes, random, bias: true, {{weights}}));
            var trainer = new Trainer<int>(new Sequential(layers), new SoftmaxCrossEntropy(), new Sgd({{run.LearningRate}}));
            var options = new FitOptions { Epochs = {{Epochs}}, BatchSize = {{run.BatchSize}}, Seed = {{run.Seed}}, DropLast = true };
            foreach (EpochResult epoch in trainer.Epochs(digits.Train, options, digits.Test))
            {
                Console.WriteLine($"epoch {epoch.Number}: loss {epoch.Loss:F4}, test accuracy {epoch.Validation?.Accuracy:F4}");
            }

            """);
    }

    private static string? WritePyTorch(RunSettings run)
    {
        string? normalization = run.Normalizer switch
        {
            NormalizerCatalog.Batch => Invariant($"nn.BatchNorm1d({run.Width})"),
            NormalizerCatalog.Layer => Invariant($"nn.LayerNorm({run.Width})"),
            NormalizerCatalog.Rms => Invariant($"nn.RMSNorm({run.Width}, eps=1e-5)"),
            NormalizerCatalog.Group => Invariant($"nn.GroupNorm({NormalizerCatalog.Groups(run.Width)}, {run.Width})"),
            _ => null,
        };
        if (normalization is null && run.Normalizer != NormalizerCatalog.None)
        {
            return null;
        }

        string activation = run.Activation switch { "relu" => "nn.ReLU()", "sigmoid" => "nn.Sigmoid()", _ => "nn.Tanh()" };
        string layers = string.Join(
            ", ", Ordered(run, Invariant($"nn.Linear(width, {run.Width}, bias={ProgramText.Python(HasBias(run))})"), normalization,
                activation));
        string weights = run.Scale != 0 ? Invariant($"nn.init.normal_(layer.weight, std={run.Scale})")
            : run.IsRecommendedHe ? "nn.init.kaiming_normal_(layer.weight, nonlinearity=\"relu\")"
            : "nn.init.xavier_normal_(layer.weight)";
        return Invariant($$"""
            import torch
            from torch import nn

            torch.manual_seed({{run.Seed}})
            layers, width = [nn.Flatten()], 28 * 28
            for _ in range({{run.Depth}}):
                layers += [{{layers}}]
                width = {{run.Width}}
            layers.append(nn.Linear(width, 10))
            for layer in layers:
                if isinstance(layer, nn.Linear):
                    {{weights}}
                    if layer.bias is not None:
                        nn.init.zeros_(layer.bias)
            model = nn.Sequential(*layers)
            optimizer = torch.optim.SGD(model.parameters(), lr={{run.LearningRate}})

            from torchvision import datasets, transforms

            to_tensor = transforms.ToTensor()
            train = torch.utils.data.DataLoader(
                datasets.MNIST("data", download=True, transform=to_tensor), batch_size={{run.BatchSize}}, shuffle=True, drop_last=True)
            test = torch.utils.data.DataLoader(datasets.MNIST("data", train=False, download=True, transform=to_tensor), batch_size=250)
            for epoch in range({{Epochs}}):
                model.train()
                for images, labels in train:
                    optimizer.zero_grad()
                    nn.functional.cross_entropy(model(images), labels).backward()
                    optimizer.step()
                model.eval()
                with torch.no_grad():
                    correct = sum((model(images).argmax(1) == labels).sum().item() for images, labels in test)
                print(f"epoch {epoch + 1}: test accuracy {correct / len(test.dataset):.4f}")

            """);
    }

    private static string? WriteCommand(RunSettings run)
    {
        string hidden = string.Join(',', Enumerable.Repeat(run.Width, run.Depth));
        return run.Place == RunSettings.Before && run.Scale == 0
            ? Invariant($"evenkeel train --net mlp --hidden {hidden} --norm {run.Normalizer} --activation {run.Activation} ")
                + Invariant($"--lr {run.LearningRate} --batch-size {run.BatchSize} --seed {run.Seed} --epochs {Epochs}")
            : null;
    }

    /// <summary>A bias before a normalization would be subtracted again.</summary>
    private static bool HasBias(RunSettings run) => run.Normalizer == NormalizerCatalog.None || run.Place != RunSettings.Before;

    private static IEnumerable<string> Ordered(RunSettings run, string linear, string? normalization, string activation) =>
        normalization is null ? [linear, activation]
        : run.Place == RunSettings.Before ? [linear, normalization, activation]
        : [linear, activation, normalization];
}
