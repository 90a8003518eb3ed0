using Evenkeel.Studies.Studies.FeatureScaling;

namespace Evenkeel.Studies.Tests.Studies.FeatureScaling;

public class StepCountTests
{
    [Theory]
    [InlineData(null, "never")]
    [InlineData(0L, "0")]
    [InlineData(1_782L, "1,782")]
    [InlineData(1_000_000L, "1,000,000")]
    [InlineData(1_000_001L, "1 million")]
    [InlineData(2_201_857_037L, "2.2 billion")]
    [InlineData(12_405_664L, "12 million")]
    [InlineData(195_940_120L, "200 million")]
    [InlineData(68_866_300_794L, "69 billion")]
    [InlineData(3_000_000_000_000L, "3 trillion")]
    public void Numbers_are_written_as_people_read_them(long? steps, string words) => Assert.Equal(words, StepCount.Words(steps));
}
