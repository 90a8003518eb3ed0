using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Data;

/// <summary>Makes small files in CIFAR's binary form for tests.</summary>
internal static class CifarFiles
{
    private const int Plane = 32 * 32;

    /// <summary>
    /// A record for each label (with the coarse one before it, where there is one): its planes start with the bytes 51, 102 and
    /// 153, and end with 255.
    /// </summary>
    public static byte[] Records(params byte[][] labels) => [.. labels.SelectMany(Record)];

    /// <summary>A folder with the six files of CIFAR-10, of two images each.</summary>
    public static TemporaryFolder Ten()
    {
        var folder = new TemporaryFolder();
        for (byte i = 1; i <= 5; i++)
        {
            folder.Write($"data_batch_{i}.bin", Records([i], [9]));
        }

        folder.Write("test_batch.bin", Records([7], [0]));
        return folder;
    }

    private static byte[] Record(byte[] labels)
    {
        byte[] record = [.. labels, .. new byte[3 * Plane]];
        for (int c = 0; c < 3; c++)
        {
            record[labels.Length + c * Plane] = (byte)(51 * (c + 1));
            record[labels.Length + (c + 1) * Plane - 1] = 255;
        }

        return record;
    }
}
