namespace Evenkeel.Tests.Support;

/// <summary>Values to test with: the same on every machine.</summary>
public static class TestData
{
    /// <summary>Floats between −1 and 1.</summary>
    public static float[] Uniform(int length, int seed)
    {
        var random = new Random(seed);
        var values = new float[length];
        for (int i = 0; i < length; i++)
        {
            values[i] = 2 * random.NextSingle() - 1;
        }

        return values;
    }
}
