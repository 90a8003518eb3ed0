using Evenkeel.Distributed.Program;
using Evenkeel.Distributed.Tests.Support;

namespace Evenkeel.Distributed.Tests.Communication;

public sealed class CommunicatorContractTests
{
    public static TheoryData<string> Checks => [.. CommunicatorContract.Checks.Keys];

    [Theory]
    [MemberData(nameof(Checks))]
    public void A_single_process_keeps_it(string check)
    {
        using var alone = new SingleProcess();
        CommunicatorContract.Checks[check](alone);
    }

    [Theory]
    [MemberData(nameof(Checks))]
    public void Threads_keep_it(string check)
    {
        foreach (int ranks in check.StartsWith("large", StringComparison.Ordinal) ? (int[])[3] : [1, 2, 3, 8])
        {
            ThreadCommunicator.Run(ranks, CommunicatorContract.Checks[check]);
        }
    }
}
