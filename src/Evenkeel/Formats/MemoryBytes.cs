using System.Buffers.Binary;

namespace Evenkeel.Formats;

/// <summary>The bytes of a file that cannot be read at any position, such as a pipe, in memory.</summary>
internal sealed class MemoryBytes : ByteSource
{
    private const int BlockSize = 1 << 20;

    private readonly List<byte[]> _blocks;

    private MemoryBytes(List<byte[]> blocks, long length)
        : base(length) => _blocks = blocks;

    /// <summary>Reads a stream to its end.</summary>
    public static MemoryBytes Read(Stream stream)
    {
        var blocks = new List<byte[]>();
        long length = 0;
        while (true)
        {
            long left = stream.CanSeek ? stream.Length - stream.Position : BlockSize;
            byte[] block = new byte[Math.Clamp(left, 1, BlockSize)];
            int read = stream.ReadAtLeast(block, block.Length, throwOnEndOfStream: false);
            blocks.Add(block);
            length += read;
            bool isRefused = blocks.Count == 1 && read >= sizeof(ulong)
                && BinaryPrimitives.ReadUInt64LittleEndian(block) > Safetensors.MaximumHeader;
            if (read < BlockSize || isRefused) // an endless stream need not be read to be refused
            {
                return new MemoryBytes(blocks, length);
            }
        }
    }

    /// <inheritdoc/>
    public override void Read(long position, Span<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            ReadOnlySpan<byte> rest = _blocks[(int)(position / BlockSize)].AsSpan((int)(position % BlockSize));
            int count = Math.Min(rest.Length, bytes.Length);
            rest[..count].CopyTo(bytes);
            position += count;
            bytes = bytes[count..];
        }
    }
}
