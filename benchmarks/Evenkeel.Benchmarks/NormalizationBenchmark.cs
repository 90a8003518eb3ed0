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

    private readonly List<string> _lines = [];
    private readonly HashSet<string> _peers = [];
    private readonly List<string> _losses = [];

    /// <summary>The command <c>normalization</c>.</summary>
    public static Command Command()
    {
        var threads = new Option<int[]>("--threads")
        {
            Description = "The numbers of threads, measured one after another.",
            DefaultValueFactory = _ => [2, 1],
        };
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
        shapes.Validators.Add(result =>
        {
            if (!NormalizationSection.All.Any(section => section.ShapesWith(result.GetValueOrDefault<string>()).Any()))
            {
                result.AddError($"No section and shape has the text '{result.GetValueOrDefault<string>()}'.");
            }
        });
        var passes = new Option<IReadOnlyList<NormalizationPass>?>("--passes")
        {
            Description = $"Some of {NormalizationPasses.Choices} (default all).",
            CustomParser = result =>
            {
                NormalizationPass[]? chosen = NormalizationPasses.Parse(result.Tokens[0].Value);
                if (chosen is null)
                {
                    result.AddError($"--passes takes some of {NormalizationPasses.Choices}.");
                }

                return chosen;
            },
        };
        var withoutPyTorch = new Option<bool>("--without-pytorch") { Description = "Time ours beside memory only." };
        var markdown = new Option<FileInfo?>("--markdown") { Description = "A file that receives the table, with date and machine." };
        var command = new Command("normalization", "Normalizations, compared with a copy, a triad and PyTorch.")
        {
            threads,
            shapes,
            passes,
            withoutPyTorch,
            markdown,
        };
        command.SetAction(parsed =>
        {
            var benchmark = new NormalizationBenchmark();
            benchmark.Run(
                parsed.GetValue(threads)!,
                parsed.GetValue(shapes) ?? "",
                parsed.GetValue(passes) ?? NormalizationPasses.All,
                !parsed.GetValue(withoutPyTorch));
            if (parsed.GetValue(markdown) is { } file)
            {
                File.WriteAllLines(file.FullName, benchmark._lines);
            }
        });
        return command;
    }

    private void Run(int[] threads, string shapes, IReadOnlyList<NormalizationPass> passes, bool withPyTorch)
    {
        WriteHead();
        int before = Parallelism.Threads;
        foreach (NormalizationSection section in NormalizationSection.All)
        {
            int[][] chosen = [.. section.ShapesWith(shapes)];
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
        using TorchSharp? torchSharp = withPyTorch && section.PyTorch is not null && TorchSharp.IsBuilt ? StartTorchSharp(threads) : null;
        var subject = new NormalizationSubject(section, shape);
        foreach (NormalizationPass pass in passes)
        {
            var ours = Rival.Of(subject.Call(pass));
            IReadOnlyList<Rival> plain = pass.IsBackward() ? memory.Triad : memory.Copy;
            Rival? pyTorch = Ask(section.PyTorch), oneDnn = Ask(section.OneDnn);
            Rival? newest = torchSharp?.Rival(Question(section.PyTorch!));

            // No garbage is left to collect in the rounds.
            GC.Collect();
            Rounds rounds = Rounds.Take(RoundCount, Turn, WarmUp, [ours, .. plain, .. new[] { pyTorch, oneDnn, newest }.OfType<Rival>()]);
            Rival fastest = plain.MinBy(rounds.Seconds)!;
            var row = new NormalizationRow(
                NormalizationSection.Describe(shape),
                threads,
                pass,
                section.Strategy(shape, pass),
                rounds.Seconds(ours),
                new(
                    rounds.Seconds(fastest),
                    rounds.Ratio(ours, fastest),
                    NormalizationTargets.OfMemory(section, shape, pass)),
                pyTorch is null ? null : new(rounds.Seconds(pyTorch), rounds.Ratio(pyTorch, ours), section.Target(shape, pass)),
                oneDnn is null ? null : new(rounds.Seconds(oneDnn), rounds.Ratio(oneDnn, ours), Target: null),
                newest is null ? null : new(rounds.Seconds(newest), rounds.Ratio(newest, ours), Target: null));
            Write(row.ToString());
            _losses.AddRange(row.Losses.Select(loss => $"- {section.Name}, {row.Shape}, {threads} thread(s), {pass.Name()}: {loss}."));

            Rival? Ask(string? kind) => kind is null ? null : peer?.Rival(Question(kind));
            string Question(string kind) => $"normalization {kind} {pass.Name()} {string.Join(' ', shape)}";
        }
    }

    private PyTorch Start(int threads)
    {
        var peer = new PyTorch("detected", "--threads", threads.ToString(CultureInfo.InvariantCulture));
        _peers.Add(peer.Description.Split(", load")[0]);
        return peer;
    }

    private TorchSharp StartTorchSharp(int threads)
    {
        var peer = new TorchSharp(threads);
        _peers.Add(peer.Description);
        return peer;
    }

    private void WriteHead()
    {
        Write("# Normalization, beside memory and PyTorch\n");
        Write("<!-- Written by: dotnet run -c Release --project benchmarks/Evenkeel.Benchmarks -- normalization --markdown FILE -->\n");
        using var machine = new StringWriter { NewLine = "\n" };
        Machine.Print(machine);
        Write($"{machine.ToString().Trim()}\n{Caches.Description}; {Machine.Load}\n");
        Write(
            $"""
            Milliseconds of a call, medians of {RoundCount} rounds in which each takes its turn; ratios are medians of the rounds' ratios,
            with their quartiles. Beside a copy, or for a backward pass a triad (z = x + y; behind a ReLU, y of the forward pass is read
            too), on as many threads, with plain or non-temporal stores, whichever is faster; PyTorch; its oneDNN, in its
            fastest layout; and TorchSharp. ✗: a target missed, or a peer faster. What a copy or triad is the measure of: tensors beyond the
            last-level cache (those that do not fit into it with a copy) and those in it, from 8 MB on.

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
}
