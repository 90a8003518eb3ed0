using System.Numerics.Tensors;
using System.Security.Cryptography;
using System.Text;
using Evenkeel.Comparison.Hashes;
using Evenkeel.Inference;
using Evenkeel.Networks;
using Evenkeel.Numerics;
using Evenkeel.Scaling;
using Evenkeel.Studies;
using Evenkeel.Studies.AllStudies;
using Evenkeel.Studies.Reports;
using Evenkeel.Studies.Tests.Harness;

namespace Evenkeel.Determinism;

/// <summary>A computation whose result has the same bits everywhere.</summary>
/// <param name="Group">What it is: a network that is trained, one that is compiled, a scaler that is fitted, or a study.</param>
/// <param name="Name">Its name.</param>
/// <param name="Hash">Computes the result, and hashes it.</param>
internal sealed record Subject(string Group, string Name, Func<string> Hash)
{
    public string Title => $"{Group} {Name}";

    public static IReadOnlyList<Subject> All { get; } =
    [
        .. HashedNetwork.All.Select(network => new Subject("networks", network.Name, () => network.Run().Hash)),
        .. HashedNetwork.All.Select(network => new Subject("predictors", network.Name, () => Predict(network))),
        .. ((Scaler[])[
            new StandardScaler(), new MinMaxScaler(), new MaxAbsScaler(), new RobustScaler(), new LogScaler(), new YeoJohnsonScaler(),
            new RowNormalizer()]).Select(scaler => new Subject("scalers", scaler.GetType().Name, () => Fit(scaler))),
        .. StudyCatalog.All.Select(study => new Subject("studies", study.Name, () => Shortened(study))),
    ];

    /// <summary>Hashes the outputs of the compiled network, of the whole batch and of a sample alone.</summary>
    private static string Predict(HashedNetwork hashed)
    {
        (Sequential network, Tensor<float> inputs, _) = hashed.Train();
        Predictor predictor = network.Compile(hashed.Input.AsSpan(1));
        using var hash = new HashWriter();
        hash.Add(predictor.Predict(inputs));
        hash.Add(predictor.Predict(Tensor.Create([.. inputs.Elements()[..predictor.InputLength]], [1, .. hashed.Input.AsSpan(1)])));
        return hash.ToString();
    }

    /// <summary>Hashes the scaler's file and a transformed table of 5,000 rows.</summary>
    private static string Fit(Scaler scaler)
    {
        double[] table = new double[5000 * 3];
        for (int i = 0; i < table.Length; i++)
        {
            table[i] = (i * 7919 % 10_007 + 1) / 64.0 * (1 + i % 3);
        }

        scaler.PartialFit(new ReadOnlyTensorSpan<double>(table, [5000, 3]));
        using var hash = new HashWriter();
        using var file = new MemoryStream();
        new ScalerFile(scaler, ["a", "b", "c"]).Write(file);
        hash.Add(Tensor.Create(file.ToArray()));
        hash.Add(scaler.Transform(Tensor.Create(table, [5000, 3])));
        return hash.ToString();
    }

    /// <summary>Hashes a shortened study's results.csv, but for times and other quantities that vary.</summary>
    private static string Shortened(Study study)
    {
        StudyInput input = MadeUp.Input();
        StudyOutcome outcome = study.Run(study.TakesImages ? input : input with { Images = null });
        using var csv = new MemoryStream();
        outcome.Files.Single(file => file is { Name: StudyOutcome.ResultsName, Extension: "csv" }).Write(csv);
        string[] varying = [.. study.VaryingQuantities.Select(quantity => $",{ResultsCsv.Field(quantity)},")];
        IEnumerable<string> lines = Encoding.UTF8.GetString(csv.ToArray()).Split('\n')
            .Where(line => !varying.Any(quantity => line.Contains(quantity, StringComparison.Ordinal)));
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines))))[..16];
    }
}
