using System.Diagnostics;
using System.Globalization;
using System.Runtime.Intrinsics;
using Evenkeel.Comparison.Cases;
using Evenkeel.Comparison.Hashes;
using Evenkeel.Numerics;

namespace Evenkeel.Comparison;

/// <summary>Runs the cases of one build, as lines on standard input request; <see cref="WorkerProcess"/> is the other end.</summary>
/// <remarks>
/// It first writes the width of its vectors in bits. Then it answers each line with one:
/// <list type="bullet">
/// <item><c>prepare THREADS CASE</c>: makes a case and calls it until it is compiled; answers the nanoseconds of a call.</item>
/// <item><c>run UNTIMED TIMED</c>: makes UNTIMED calls, then TIMED ones; answers the nanoseconds of a timed call.</item>
/// <item><c>hash THREADS NETWORK</c>: trains a network; answers its hash and loss.</item>
/// </list>
/// </remarks>
internal static class Worker
{
    private static readonly TimeSpan WarmUp = TimeSpan.FromMilliseconds(250);

    public static void Run()
    {
        Answer($"{(Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128)}");
        Action call = () => throw new InvalidOperationException("No case is prepared.");
        while (Console.ReadLine() is { } line)
        {
            string[] words = line.Split(' ', 3);
            int number = int.Parse(words[1], CultureInfo.InvariantCulture);
            switch (words[0])
            {
                case "prepare":
                    Parallelism.Threads = number;
                    call = Case.Of(words[2]).Make();
                    double nanoseconds = Warm(call);
                    GC.Collect(); // none is left to collect while calls are timed
                    Answer($"{nanoseconds}");
                    break;
                case "run":
                    Time(call, number);
                    Answer($"{Time(call, int.Parse(words[2], CultureInfo.InvariantCulture))}");
                    break;
                case "hash":
                    Parallelism.Threads = number;
                    NetworkHash hash = HashedNetwork.All.Single(network => network.Name == words[2]).Run();
                    Answer($"{hash.Hash} {hash.Loss}");
                    break;
                default:
                    throw new InvalidOperationException($"The worker does not know '{line}'.");
            }
        }
    }

    private static void Answer(FormattableString text) => Console.WriteLine(FormattableString.Invariant(text));

    private static double Warm(Action call)
    {
        long start = Stopwatch.GetTimestamp();
        double nanoseconds = 0;
        for (int calls = 1; Stopwatch.GetElapsedTime(start) < WarmUp; calls *= 2)
        {
            nanoseconds = Time(call, calls);
        }

        return nanoseconds;
    }

    private static double Time(Action call, int calls)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < calls; i++)
        {
            call();
        }

        return Stopwatch.GetElapsedTime(start).TotalNanoseconds / Math.Max(1, calls);
    }
}
