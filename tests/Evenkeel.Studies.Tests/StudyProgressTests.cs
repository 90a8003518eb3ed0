namespace Evenkeel.Studies.Tests;

public class StudyProgressTests
{
    [Fact]
    public void The_time_left_is_unknown_at_first_then_in_proportion_then_none()
    {
        Assert.Null(new StudyProgress(0, 10, TimeSpan.FromSeconds(5)).Left);
        Assert.Equal(TimeSpan.FromSeconds(15), new StudyProgress(1, 4, TimeSpan.FromSeconds(5)).Left);
        Assert.Equal(TimeSpan.Zero, new StudyProgress(4, 4, TimeSpan.FromSeconds(5)).Left);
    }
}
