namespace Evenkeel.Studies.Tests;

public class MachineTests
{
    [Fact]
    public void A_machine_is_described_on_one_line_by_processors_vectors_system_and_runtime()
    {
        Assert.Matches(@"^\w+, \d+ processors?, (128|256|512)-bit vectors; .+; \.NET \d+", Machine.Description);
        Assert.DoesNotContain(Machine.Description, char.IsControl);
    }
}
