using System.CommandLine;
using System.Globalization;
using Evenkeel.Numerics;

namespace Evenkeel.Benchmarks;

/// <summary>Batch, layer and root-mean-square normalization beside what memory allows and beside PyTorch, by turns.</summary>
internal sealed class NormalizationBenchmark
{
    private const int RoundCount = 15;
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(300);

    private static readonly Dictionary<string, NormalizationPass[]> PassesByName = new(StringComparer.Ordinal)
    {
        ["forward"] = [NormalizationPass.Forward],
        ["backward"] = [NormalizationPass.Backward],
        ["inference"] = [NormalizationPass.Inference],
        ["relu"] = [NormalizationPass.ForwardRelu, NormalizationPass.InferenceRelu],
    };

    private readonly List<string> _lines = [];
    private readonly HashSet<string> _peers = [];
    private readonly List<string> _losses = [];

    /// <summary>The command <c>normalization</c>.</summary>
    public static Command Command()
    {
        var threads = new Option<int[]>("--threads") { Description = "On how many threads, each alone.", DefaultValueFactory = _ => [2, 1] };
        threads.Validators.Add(result =>
        {
            if (result.Tokens.Any(token => !int.TryParse(token.Value, out int count) || count < 1))
            {
                result.AddError("--threads takes a whole number of at least 1.");
            }
        });
        var shapes = new Option<string?>("--shapes")
        {
            Description = "Only rows whose section and shape have this text, such as 'channel last' or 32x256.",
        };
        var passes = new Option<NormalizationPass[]?>("--passes")
        {
            Description = $"Some of {string.Join(',', PassesByName.Keys)} (default all).",
            CustomParser = result =>
            {
                string[] names = result.Tokens[0].Value.Split(',');
                if (names.FirstOrDefault(name => !PassesByName.ContainsKey(name)) is { } unknown)
                {
                    result.AddError($"There is no pass '{unknown}'; the passes are {string.Join(", ", PassesByName.Keys)}.");
                    return [];
                }

                return [.. names.SelectMany(name => PassesByName[name])];
            },
        };
        var withoutPyTorch = new Option<bool>("--without-pytorch") { Description = "Time ours beside memory only." };
        var markdown = new Option<FileInfo?>("--markdown") { Description = "A file that receives the table, with date and machine." };
        var command = new Command("normalization", "Normalizations, beside a copy, a triad and PyTorch.") { threads, shapes, passes, withoutPyTorch, markdown };
        command.SetAction(parsed =>
        {
            var benchmark = new NormalizationBenchmark();
            benchmark.Run(
                parsed.GetValue(threads)!,
                parsed.GetValue(shapes)?.Replace('x', '×') ?? "",
                parsed.GetValue(passes) ?? Enum.GetValues<NormalizationPass>(),
                !parsed.GetValue(withoutPyTorch));
            if (parsed.GetValue(markdown) is { } file)
            {
                File.WriteAllLines(file.FullName, benchmark._lines);
            }
        });
        return command;
    }

    private void Run(int[] threads, string shapes, NormalizationPass[] passes, bool withPyTorch)
    {
        WriteHead();
        int before = Parallelism.Threads;
        foreach (NormalizationSection section in NormalizationSection.All)
        {
            int[][] chosen = [.. section.Shapes.Where(shape => $"{section.Name} {NormalizationSection.Describe(shape)}".Contains(shapes, StringComparison.Ordinal))];
            NormalizationPass[] timed = [.. section.Passes.Intersect(passes)];
            if (chosen.Length == 0 || timed.Length == 0)
            {
                continue;
            }

            Write($"## {char.ToUpperInvariant(section.Name[0])}{section.Name[1..]}\n");
            Write(NormalizationRow.Head);
            foreach (int[] shape in chosen)
            {
                foreach (int count in threads)
                {
                    Parallelism.Threads = count;
                    Measure(section, shape, count, timed, withPyTorch);
                }
            }

            Write("");
        }

        Parallelism.Threads = before;
        WriteLosses();
    }

    private void Measure(NormalizationSection section, int[] shape, int threads, NormalizationPass[] passes, bool withPyTorch)
    {
        int length = shape.Aggregate(1, (product, next) => product * next);
        using var memory = new MemorySpeed(length);
        using PyTorch? peer = withPyTorch && section.PyTorch is not null ? Start(threads) : null;
        var subject = new NormalizationSubject(section, shape);
        foreach (NormalizationPass pass in passes)
        {
            var ours = Rival.Of(subject.Call(pass));
            IReadOnlyList<Rival> plain = pass == NormalizationPass.Backward ? memory.Triad : memory.Copy;
            Rival? pyTorch = Ask(section.PyTorch), oneDnn = Ask(section.OneDnn);

            // No garbage is left to collect in the rounds.
            GC.Collect();
            Rounds rounds = Rounds.Take(RoundCount, Turn, WarmUp, [ours, .. plain, .. new[] { pyTorch, oneDnn }.OfType<Rival>()]);
            Rival fastest = plain.MinBy(rounds.Seconds)!;
            var row = new NormalizationRow(
                NormalizationSection.Describe(shape),
                threads,
                pass,
                rounds.Seconds(ours),
                new(rounds.Seconds(fastest), rounds.Ratio(ours, fastest), NormalizationTargets.OfMemory(pass, sizeof(float) * (long)length)),
                pyTorch is null ? null : new(rounds.Seconds(pyTorch), rounds.Ratio(pyTorch, ours), section.Target(shape, pass)),
                oneDnn is null ? null : new(rounds.Seconds(oneDnn), rounds.Ratio(oneDnn, ours), Target: null));
            Write(row.ToString());
            _losses.AddRange(row.Losses.Select(loss => $"- {section.Name}, {row.Shape}, {threads} thread(s), {row.PassName}: {loss}."));

            Rival? Ask(string? kind) => kind is null
                ? null
                : peer?.Rival($"normalization {kind} {PeerName(pass)} {string.Join(' ', shape)}");
        }
    }

    private PyTorch Start(int threads)
    {
        var peer = new PyTorch("detected", "--threads", threads.ToString(CultureInfo.InvariantCulture));
        _peers.Add(peer.Description.Split(", load")[0]);
        return peer;
    }

    private void WriteHead()
    {
        Write("# Normalization, beside memory and PyTorch\n");
        Write("<!-- Written by: dotnet run -c Release --project benchmarks/Evenkeel.Benchmarks -- normalization --markdown FILE -->\n");
        using var machine = new StringWriter { NewLine = "\n" };
        Machine.Print(machine);
        string caches = string.Join(", ", Machine.DataCaches.Select(bytes => $"{bytes >> 10} KB"));
        Write($"{machine.ToString().Trim()}\nData caches {caches}; {Machine.Load}\n");
        Write(
            $"""
            Milliseconds of a call, medians of {RoundCount} rounds in which each takes its turn; ratios are medians of the rounds' ratios, in
            brackets their quartiles. Copy, and triad (z = x + y) for the backward pass: the faster of plain and non-temporal stores, on as many threads. ✗: a target
            missed or a peer faster. Targets of memory are those beyond the cache where a tensor and its copy do not fit into the
            last one together, and those in the cache for others from 8 MB on.

            """);
    }

    private void WriteLosses()
    {
        Write("## Where we lose\n");
        foreach (string loss in _losses.DefaultIfEmpty("- In none of these rows."))
        {
            Write(loss);
        }

        Write("");
        foreach (string peer in _peers)
        {
            Write($"Beside {peer}.");
        }

        Write($"At the end {Machine.Load}.");
    }

    private void Write(string text)
    {
        Console.WriteLine(text);
        _lines.Add(text);
    }

    private static string PeerName(NormalizationPass pass) => pass switch
    {
        NormalizationPass.ForwardRelu => "forward-relu",
        NormalizationPass.InferenceRelu => "inference-relu",
        _ => pass.ToString().ToLowerInvariant(),
    };
}
