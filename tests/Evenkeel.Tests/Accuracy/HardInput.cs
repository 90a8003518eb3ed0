using Evenkeel.Numerics;

namespace Evenkeel.Tests.Accuracy;

/// <summary>Numbers to normalize that try the arithmetic; the same on every machine.</summary>
/// <param name="Name">What they are, in a few words.</param>
/// <param name="Of">A number, of a normal random one, the number of its set, and its number within the set.</param>
internal sealed record HardInput(string Name, Func<double, int, int, double> Of)
{
    public static HardInput Normal { get; } = new("0 ± 1", (z, _, _) => z);

    public static HardInput[] All { get; } =
    [
        Normal,
        new("100 ± 1", (z, _, _) => 100 + z),
        new("10⁴ ± 0.01", (z, _, _) => 1e4 + 0.01 * z),
        new("0 ± 10³⁰", (z, _, _) => 1e30 * z),
        new("0 ± 10⁻³⁰", (z, _, _) => 1e-30 * z),
        new("0 ± 10⁻⁴⁰ (denormal)", (z, _, _) => 1e-40 * z),
        new("every fourth set constant", (z, set, _) => set % 4 == 1 ? 0.1 + set : z),
        new("cubes of 0 ± 1, and in each set a 10⁶", (z, set, number) => number == set % 3 ? 1e6 : z * z * z),
    ];

    /// <summary>The numbers for elements of these sets.</summary>
    public float[] Values(int[] sets, RandomStream random)
    {
        var values = new float[sets.Length];
        var taken = new int[sets.Max() + 1];
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = (float)Of(random.Normal((ulong)i), sets[i], taken[sets[i]]++);
        }

        return values;
    }

    public override string ToString() => Name;
}
