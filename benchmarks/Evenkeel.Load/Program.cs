using System.CommandLine;
using Evenkeel.Inference;
using Evenkeel.Load;
using Evenkeel.Models;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using static System.FormattableString;

const int Cases = 64;
var model = new Option<string?>("--model") { Description = "The model file; by default a perceptron 784–5×100–10 with random weights." };
var service = new Option<string>("--service")
{
    Description = "The web service to start, a .dll or a native executable; by default the sample's build beside this one.",
    // The build of this project builds that one too.
    DefaultValueFactory = _ => Path.Combine(AppContext.BaseDirectory, "Evenkeel.WebService.dll")
        .Replace("/benchmarks/Evenkeel.Load/", "/samples/Evenkeel.WebService/", StringComparison.Ordinal),
};
Option<int> connections = Count("--connections", "The requests at a time, each on a connection of its own.", 32);
Option<int> requests = Count("--requests", "The requests to measure, besides a twentieth before them to warm up.", 1_000_000);
Option<int> samples = Count("--samples", "The samples of a request.", 1);
var command = new RootCommand("Puts the sample web service under load and checks every answer bit for bit.")
{
    model, service, connections, requests, samples,
};
command.SetAction(async (parsed, _) =>
{
    string folder = Directory.CreateTempSubdirectory("evenkeel-load-").FullName;
    try
    {
        string file = parsed.GetValue(model) ?? Create(Path.Combine(folder, "perceptron.evenkeel"));
        IReadOnlyList<PredictionCase> cases = PredictionCase.Create(ModelFile.Load(file).Compile(), Cases, parsed.GetValue(samples));
        using var process = new ServiceProcess(parsed.GetValue(service)!, file);
        using var generator = new LoadGenerator(process.Address, cases, parsed.GetValue(connections));
        int count = parsed.GetValue(requests);
        LoadResult warmUp = await generator.RunAsync(Math.Max(1, count / 20));
        long start = process.ResidentBytes;
        LoadResult result = await generator.RunAsync(count - count / 2);
        long middle = process.ResidentBytes;
        result += await generator.RunAsync(count / 2);
        long end = process.ResidentBytes;
        Console.WriteLine(Invariant($"{count} requests on {parsed.GetValue(connections)} connections, {cases[0].Body.Length} bytes each"));
        Console.WriteLine(Invariant($"{result.Rate:F0} requests/s; milliseconds: p50 {result.Percentile(0.5):F2}, ")
            + Invariant($"p99 {result.Percentile(0.99):F2}, p99.9 {result.Percentile(0.999):F2}, longest {result.Percentile(1):F2}"));
        Console.WriteLine(Invariant($"resident memory of the service, MiB: start {start >> 20}, middle {middle >> 20}, end {end >> 20}"));
        int wrong = warmUp.Wrong + result.Wrong, errors = warmUp.Errors + result.Errors;
        Console.WriteLine(
            Invariant($"{wrong} wrong, {errors} errors") + ((warmUp.FirstError ?? result.FirstError) is { } e ? $": {e}" : ""));
        return wrong + errors == 0 ? 0 : 1;
    }
    finally
    {
        Directory.Delete(folder, recursive: true);
    }
});

ParseResult parsed = command.Parse(args);
int code = await parsed.InvokeAsync();
return parsed.Errors.Count > 0 ? 2 : code;

static string Create(string path)
{
    Sequential network = MultilayerPerceptron.Create(784, [100, 100, 100, 100, 100], 10, new RandomSource(1), new()
    {
        Normalization = before => new BatchNorm(before.Outputs),
    });
    new ModelFile(network) { SampleShape = [784] }.Save(path);
    return path;
}

static Option<int> Count(string name, string description, int value)
{
    var option = new Option<int>(name) { Description = description, DefaultValueFactory = _ => value };
    option.Validators.Add(result =>
    {
        if (result.Tokens.Any(token => !int.TryParse(token.Value, out int count) || count < 1))
        {
            result.AddError($"{option.Name} takes a whole number of at least 1.");
        }
    });
    return option;
}
