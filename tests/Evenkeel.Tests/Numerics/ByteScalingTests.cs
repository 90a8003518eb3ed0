using Evenkeel.Numerics;

namespace Evenkeel.Tests.Numerics;

public class ByteScalingTests
{
    [Fact]
    public void Every_byte_becomes_its_255th_part_rounded_once()
    {
        // 256 bytes in whole vectors, and 13 more behind them.
        byte[] x = [.. Enumerable.Range(0, 269).Select(i => (byte)i)];
        var y = new float[x.Length];

        ByteScaling.Run(x, y);

        Assert.Equal(x.Select(b => (float)((decimal)b / 255)), y);
    }
}
