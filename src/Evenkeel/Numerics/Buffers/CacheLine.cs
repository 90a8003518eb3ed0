namespace Evenkeel.Numerics.Buffers;

/// <summary>The size of a cache line, the unit in which processors move memory.</summary>
internal static class CacheLine
{
    /// <summary>The size in bytes.</summary>
    public const int Bytes = 64;

    /// <summary>The size in single-precision elements.</summary>
    public const int Floats = Bytes / sizeof(float);
}
