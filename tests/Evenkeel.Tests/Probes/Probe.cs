using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Evenkeel.Tests.Probes;

/// <summary>
/// Something whose results must have the same bits on every machine: it writes hashes of them, and
/// <see cref="ProbeRunner"/> runs it under other instruction sets than this machine's best.
/// </summary>
public abstract class Probe
{
    /// <summary>Computes, and writes one line for each result.</summary>
    public abstract void Run(TextWriter output);

    /// <summary>A hash of the bits of the values.</summary>
    protected static string Hash<T>(ReadOnlySpan<T> values)
        where T : unmanaged =>
        Convert.ToHexString(SHA256.HashData(MemoryMarshal.AsBytes(values)).AsSpan(0, 8));
}
