using System.Globalization;
using Evenkeel.Comparison.Hashes;

namespace Evenkeel.Comparison;

/// <summary>Compares the bits of networks that two builds trained, with AVX-512 and without, on one thread and two.</summary>
internal static class HashComparison
{
    /// <summary>The runtime's setting that turns AVX-512 off.</summary>
    private static readonly KeyValuePair<string, string> WithoutAvx512 = new("DOTNET_EnableAVX512", "0");

    private static readonly KeyValuePair<string, string>[][] Settings = [[], [WithoutAvx512]];

    /// <summary>Writes a table of the hashes; true if those of both builds are identical.</summary>
    public static bool Run(Build @base, Build head, TextWriter output)
    {
        int compared = 0, different = 0;
        output.WriteLine("| network | vectors | threads | base | head | | last loss |");
        output.WriteLine("| --- | ---: | ---: | --- | --- | --- | ---: |");
        foreach (KeyValuePair<string, string>[] variables in Settings)
        {
            using WorkerProcess left = new(@base.Assembly, variables), right = new(head.Assembly, variables);
            foreach (HashedNetwork network in HashedNetwork.All)
            {
                foreach (int threads in new[] { 1, 2 })
                {
                    NetworkHash a = left.Hash(threads, network.Name), b = right.Hash(threads, network.Name);
                    compared++;
                    string verdict = a.Hash == b.Hash ? "identical" : "DIFFERENT";
                    different += a.Hash == b.Hash ? 0 : 1;
                    output.WriteLine(string.Create(
                        CultureInfo.InvariantCulture,
                        $"| {network.Name} | {right.VectorBits} | {threads} | {a.Hash} | {b.Hash} | {verdict} | {b.Loss:F4} |"));
                }
            }
        }

        output.WriteLine($"\n{(different == 0 ? $"All {compared} identical." : $"{different} of {compared} DIFFERENT.")}");
        return different == 0;
    }
}
