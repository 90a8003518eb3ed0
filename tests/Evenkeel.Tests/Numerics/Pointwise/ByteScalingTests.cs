using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Tests.Numerics.Pointwise;

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

    [Fact]
    public void Planes_become_pixels()
    {
        var y = new float[6];

        ByteScaling.RunPlanes([0, 51, 102, 153, 204, 255], channels: 3, y);

        Assert.Equal([0, 0.4f, 0.8f, 0.2f, 0.6f, 1], y);
        Assert.Throws<ArgumentException>("y", () => ByteScaling.RunPlanes(new byte[6], 3, new float[5]));
    }
}
