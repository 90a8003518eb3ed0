using Evenkeel.Fuzz.Targets;

namespace Evenkeel.Fuzz;

/// <summary>The short run, with the corpus of every input that ever failed.</summary>
public class FuzzTests
{
    public static TheoryData<string> Names => [.. AllTargets.All.Select(target => target.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Mutated_inputs_are_read_or_refused(string name)
    {
        long accepted = Fuzzer.Run(AllTargets.Of(name), seed: 1, count: 3000);
        Assert.InRange(accepted, 1, 3000);
    }
}
