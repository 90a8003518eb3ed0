namespace Evenkeel.Numerics.Buffers;

/// <summary>The size of a cache line, the unit in which processors move memory.</summary>
internal static class CacheLine
{
    /// <summary>The size in bytes.</summary>
    public const int Bytes = 64;

    /// <summary>The size in single-precision elements.</summary>
    public const int Floats = Bytes / sizeof(float);

    /// <summary>Rounds a number of single-precision elements up to whole cache lines.</summary>
    public static long RoundUp(long floats) => checked(floats + Floats - 1) / Floats * Floats;
}
