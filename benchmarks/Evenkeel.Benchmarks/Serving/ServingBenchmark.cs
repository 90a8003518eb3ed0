using System.CommandLine;
using System.Globalization;
using Evenkeel.Formats;
using Evenkeel.Models;
using Evenkeel.Networks;
using Evenkeel.Numerics;

namespace Evenkeel.Benchmarks.Serving;

/// <summary>Inference of trained networks beside ONNX Runtime, by turns.</summary>
internal sealed class ServingBenchmark : IDisposable
{
    private const double Tolerance = 1e-4;

    /// <summary>Long enough that the threads, which slept during the other's turn, run on processors of their own for most of it.</summary>
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(500);
    private static readonly string[] Columns = ["1", "8", "full"];

    private readonly string _folder = Directory.CreateTempSubdirectory("evenkeel-serving-").FullName;
    private readonly int _threadsBefore = Parallelism.Threads;

    /// <summary>The command <c>serving</c>.</summary>
    public static Command Command()
    {
        var networks = new Option<string[]>("--network")
        {
            Description = "The networks.",
            DefaultValueFactory = _ => [.. ServingNetwork.All.Select(network => network.Name)],
            AllowMultipleArgumentsPerToken = true,
        };
        networks.AcceptOnlyFromAmong([.. ServingNetwork.All.Select(network => network.Name)]);
        var threads = new Option<int[]>("--threads")
        {
            Description = "The numbers of threads.",
            DefaultValueFactory = _ => [1, 2],
            AllowMultipleArgumentsPerToken = true,
        };
        PositiveNumbers.Require(threads);
        var batches = new Option<string[]>("--batch")
        {
            Description = "The batch sizes; 'full' is the network's own.",
            DefaultValueFactory = _ => Columns,
            AllowMultipleArgumentsPerToken = true,
        };
        batches.AcceptOnlyFromAmong(Columns);
        var rounds = new Option<int>("--rounds")
        {
            Description = "The number of rounds; both sides take a turn in each.",
            DefaultValueFactory = _ => 21,
        };
        PositiveNumbers.Require(rounds);
        var command = new Command("serving", "Inference of trained networks, beside ONNX Runtime.") { networks, threads, batches, rounds };
        command.SetAction(parsed =>
        {
            using var benchmark = new ServingBenchmark();
            benchmark.Run(
                [.. ServingNetwork.All.Where(network => parsed.GetValue(networks)!.Contains(network.Name))],
                parsed.GetValue(threads)!,
                [.. Columns.Intersect(parsed.GetValue(batches)!)],
                parsed.GetValue(rounds));
        });
        return command;
    }

    public void Dispose()
    {
        Parallelism.Threads = _threadsBefore;
        Directory.Delete(_folder, recursive: true);
    }

    private void Run(IReadOnlyList<ServingNetwork> networks, int[] threads, string[] batches, int rounds)
    {
        Machine.Print(Console.Out);
        Sequential[] created = [.. networks.Select(network => network.Create())];
        foreach ((ServingNetwork network, Sequential layers) in networks.Zip(created))
        {
            Safetensors.Write(Path.Combine(_folder, $"{network.Name}.safetensors"), layers.StateDict());
        }

        OnnxRuntimePeer.Export(_folder);
        using var peer = new OnnxRuntimePeer(_folder);
        Console.WriteLine($"Beside {peer.Description}; {Machine.Load}\n");
        var cells = new List<ServingCell>();
        foreach ((ServingNetwork network, Sequential layers) in networks.Zip(created))
        {
            var subject = new ServingSubject(layers, network.Item);
            foreach (int count in threads)
            {
                Parallelism.Threads = count;
                peer.Load(network.Name, count);
                foreach ((string column, int size) in network.Batches.Where(batch => batches.Contains(batch.Column)))
                {
                    (Rival ours, Rival theirs) = Prepare(network, subject, peer, size);
                    GC.Collect(); // leaves no garbage to collect in the rounds
                    Rounds taken = Rounds.Take(rounds, Turn, WarmUp, ours, theirs);
                    var cell = new ServingCell(
                        network,
                        count,
                        column,
                        taken.Seconds(ours),
                        taken.Seconds(theirs),
                        taken.Ratio(theirs, ours),
                        taken.FastestSeconds(theirs) / taken.FastestSeconds(ours));
                    cells.Add(cell);
                    Console.Error.WriteLine($"{network.Name}, {count} threads, batch {column}: {Times(cell)} µs, {cell.Speed}");
                }
            }
        }

        Console.WriteLine($"Speed of Evenkeel divided by ONNX Runtime's: medians of {rounds} rounds' ratios, with their quartiles.\n");
        Print(cells, threads, batches, cell => cell.Speed.ToString());
        Console.WriteLine("\nMicroseconds of a call, Evenkeel / ONNX Runtime: medians of the rounds.\n");
        Print(cells, threads, batches, Times);
        Console.WriteLine("\nSpeed of Evenkeel divided by ONNX Runtime's, in the fastest round of each.\n");
        Print(cells, threads, batches, cell => cell.FastestSpeed.ToString("F2", CultureInfo.InvariantCulture));
        Console.WriteLine($"\nAt the end {Machine.Load}.");
    }

    /// <summary>Gives both sides a batch, and checks that they agree on its outputs.</summary>
    private static (Rival Ours, Rival Theirs) Prepare(ServingNetwork network, ServingSubject subject, OnnxRuntimePeer peer, int batch)
    {
        float[] inputs = network.Draw(batch, new RandomSource(2));
        float[] expected = peer.Bind(network.ChannelsFirst(inputs)), outputs = new float[expected.Length];
        Action call = subject.Call(inputs, outputs, batch);
        call();
        RelativeDifference.Check(outputs, expected, Tolerance);
        return (Rival.Of(call), peer.Rival);
    }

    private static string Times(ServingCell cell) => $"{Microseconds(cell.Ours)} / {Microseconds(cell.Theirs)}";

    private static string Microseconds(double seconds) =>
        (1e6 * seconds).ToString(seconds < 1e-4 ? "F2" : "F0", CultureInfo.InvariantCulture);

    private static void Print(List<ServingCell> cells, int[] threads, string[] batches, Func<ServingCell, string> text)
    {
        (int Threads, string Batch)[] columns = [.. threads.SelectMany(_ => batches, (count, batch) => (count, batch))];
        Row("network", columns.Select(column => $"{column.Threads} thread{(column.Threads == 1 ? "" : "s")}: {column.Batch}"));
        Row("---", columns.Select(_ => "---:"));
        foreach (IGrouping<ServingNetwork, ServingCell> network in cells.GroupBy(cell => cell.Network))
        {
            Row(network.Key.Title, columns.Select(column =>
                network.FirstOrDefault(cell => (cell.Threads, cell.Batch) == column) is { } cell ? text(cell) : ""));
        }

        static void Row(string head, IEnumerable<string> values) => Console.WriteLine($"| {head} | {string.Join(" | ", values)} |");
    }
}
