using System.Globalization;
using Evenkeel.Fuzz.Targets;

namespace Evenkeel.Fuzz;

/// <summary>
/// The long run: <c>dotnet run -c Release --project tests/Evenkeel.Fuzz -- [COUNT [SEED [TARGET]]]</c>. With <c>readings COUNT SEED</c> it
/// prints mutated tables and what was read of each, for <c>oracle.py</c>. With <c>seeds TARGET FOLDER</c> it writes the inputs to begin
/// with, and with <c>afl TARGET</c> it reads those of afl-fuzz, for <c>afl.sh</c>.
/// </summary>
internal static class Program
{
    public static int Main(string[] arguments)
    {
        if (arguments is ["readings", var tables, var tableSeed])
        {
            CsvReadings.Print(int.Parse(tables, CultureInfo.InvariantCulture), int.Parse(tableSeed, CultureInfo.InvariantCulture));
            return 0;
        }

        if (arguments is ["seeds", var seeds, var folder])
        {
            IReadOnlyList<byte[]> inputs = AllTargets.Of(seeds).Seeds;
            for (int i = 0; i < inputs.Count; i++)
            {
                File.WriteAllBytes(Path.Combine(folder, i.ToString(CultureInfo.InvariantCulture)), inputs[i]);
            }

            return 0;
        }

        if (arguments is ["afl", var name])
        {
            SharpFuzz.Fuzzer.OutOfProcess.Run(stream =>
            {
                // The target is made in here: code that counts its branches cannot run before.
                using var input = new MemoryStream();
                stream.CopyTo(input);
                Fuzzer.Check(AllTargets.Of(name), input.ToArray());
            });
            return 0;
        }

        long count = arguments.Length > 0 ? long.Parse(arguments[0], CultureInfo.InvariantCulture) : 1_000_000;
        int seed = arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 1;
        foreach (Target target in AllTargets.All.Where(target => arguments.Length <= 2 || target.Name == arguments[2]))
        {
            try
            {
                long accepted = Fuzzer.Run(target, seed, count, done => Report(target, done, count));
                Console.WriteLine($"{target.Name}: {count + target.Seeds.Count} inputs of seed {seed}, {accepted} accepted, none wrong");
            }
            catch (FuzzException e)
            {
                Console.WriteLine(e.Message);
                return 1;
            }
        }

        return 0;
    }

    private static void Report(Target target, long done, long count)
    {
        if (done % 1_000_000 == 0)
        {
            Console.Error.WriteLine($"{target.Name}: {done} of {count}");
        }
    }
}
