using Evenkeel.Cli.Tests.Support;

namespace Evenkeel.Cli.Tests.Commands;

/// <summary><c>--distributed</c>; tests/torture/ranks.sh trains on ranks.</summary>
public sealed class DistributedOptionsTests
{
    [Fact]
    public void What_does_not_go_together_is_one_line()
    {
        CommandRun.Of("train", "--shards", "4").AssertRefused(2, "--shards needs --distributed");
        CommandRun.Of("train", "--rank-logs", "logs").AssertRefused(2, "--rank-logs needs --distributed");
        CommandRun.Of("train", "--distributed", "--shards", "0").AssertRefused(2, "--shards '0' must be a whole number from 1 to 1024");
        CommandRun.Of("train", "t.csv", "--label", "y", "--distributed").AssertRefused(2, "--distributed applies to images");
    }
}
