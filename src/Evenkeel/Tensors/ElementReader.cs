using System.Numerics;
using System.Runtime.InteropServices;

namespace Evenkeel.Tensors;

/// <summary>Reads the elements of a tensor from first to last, part by part.</summary>
/// <typeparam name="T">The type in memory: float, double or long. Values may be rounded.</typeparam>
internal sealed class ElementReader<T> : IDisposable
    where T : unmanaged, INumberBase<T>
{
    private readonly NamedTensor.Reader _reader;
    private readonly DataType _type;
    private readonly int _chunk;
    private readonly byte[] _bytes; // empty if the elements are not converted

    /// <summary>Begins to read, and owns the reader.</summary>
    /// <param name="reader">The reader of the bytes.</param>
    /// <param name="type">The type of the bytes.</param>
    /// <param name="chunk">The number of elements that are read at once.</param>
    public ElementReader(NamedTensor.Reader reader, DataType type, int chunk)
    {
        _reader = reader;
        _type = type;
        _chunk = chunk;
        _bytes = type == ElementConversion.TypeOf<T>() ? [] : new byte[chunk * ElementConversion.SizeOf(type)];
    }

    /// <summary>Reads the next elements.</summary>
    public void Read(Span<T> elements)
    {
        for (int start = 0; start < elements.Length; start += _chunk)
        {
            Span<T> part = elements.Slice(start, Math.Min(_chunk, elements.Length - start));
            if (_bytes.Length == 0)
            {
                _reader.Read(MemoryMarshal.AsBytes(part));
                continue;
            }

            Span<byte> bytes = _bytes.AsSpan(0, part.Length * ElementConversion.SizeOf(_type));
            _reader.Read(bytes);
            ElementConversion.Convert(_type, bytes, part);
        }
    }

    /// <summary>Is called once all elements are read; checks those of a file against their hash.</summary>
    /// <exception cref="InvalidDataException">The file was changed or damaged.</exception>
    public void End() => _reader.End();

    public void Dispose() => _reader.Dispose();
}
