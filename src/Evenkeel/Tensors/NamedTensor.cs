using System.Numerics;
using System.Numerics.Tensors;
using Evenkeel.Numerics;
using static System.FormattableString;

namespace Evenkeel.Tensors;

/// <summary>A tensor with a name: in a file, or in the memory of a network (<see cref="StateTensor"/>).</summary>
public abstract class NamedTensor
{
    /// <summary>The number of elements that are converted or hashed at once: their bytes stay in the cache.</summary>
    private const int Chunk = 32 * 1024;

    private readonly nint[] _lengths;

    private protected NamedTensor(string name, DataType type, ReadOnlySpan<nint> lengths)
    {
        Name = name;
        Type = type;
        _lengths = lengths.ToArray();
        ElementCount = CountElements(lengths);
    }

    /// <summary>The name; in a network the path, as the keys of PyTorch's <c>state_dict</c>: <c>block2.body.0.weight</c>.</summary>
    public string Name { get; private set; }

    /// <summary>The type of the elements.</summary>
    public DataType Type { get; }

    /// <summary>The shape; empty for a scalar.</summary>
    public ReadOnlySpan<nint> Lengths => _lengths;

    /// <summary>The number of elements.</summary>
    public long ElementCount { get; }

    /// <summary>The number of bytes of all elements.</summary>
    public long ByteCount => ElementCount * ElementConversion.SizeOf(Type);

    /// <summary>Reads the elements; a type that holds all their values is needed.</summary>
    /// <typeparam name="T">The type of the elements in memory: float, double, long or ulong.</typeparam>
    /// <returns>A new tensor; of shape [1] for a scalar, since .NET's tensors without axes have no elements.</returns>
    /// <exception cref="NotSupportedException"><typeparamref name="T"/> is another type.</exception>
    /// <exception cref="InvalidDataException">The type does not hold all values of the tensor's type.</exception>
    /// <exception cref="InvalidDataException">The tensor is in a file that is cut, or that was changed.</exception>
    /// <exception cref="IOException">The tensor is in a file that cannot be read.</exception>
    public Tensor<T> Read<T>()
        where T : unmanaged, INumberBase<T>
    {
        DataType to = ElementConversion.TypeOf<T>();
        if (!ElementConversion.IsExact(Type, to))
        {
            throw new InvalidDataException($"The tensor '{Name}' has elements of type {Type}, which {to} does not hold exactly.");
        }

        if (ElementCount > Array.MaxLength)
        {
            throw new InvalidDataException(
                Invariant($"The tensor '{Name}' has {ElementCount} elements; at most {Array.MaxLength} can be read."));
        }

        Tensor<T> tensor = Tensor.CreateFromShapeUninitialized<T>(_lengths.Length == 0 ? [1] : _lengths);
        CopyTo(tensor.Elements());
        return tensor;
    }

    /// <summary>Returns the tensor under another name.</summary>
    /// <param name="name">The name, not empty.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public NamedTensor WithName(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var renamed = (NamedTensor)MemberwiseClone();
        renamed.Name = name;
        return renamed;
    }

    /// <summary>Reads all elements, which may be rounded, and checks those of a file against their hash.</summary>
    internal void CopyTo<T>(Span<T> elements)
        where T : unmanaged, INumberBase<T>
    {
        using ElementReader<T> reader = OpenElements<T>();
        reader.Read(elements);
        reader.End();
    }

    /// <summary>Begins to read the elements, which may be rounded.</summary>
    internal ElementReader<T> OpenElements<T>()
        where T : unmanaged, INumberBase<T> => new(Open(), Type, (int)Math.Clamp(ElementCount, 1, Chunk));

    /// <summary>Passes all elements to an action, in parts; they may be rounded.</summary>
    internal void ForEachElements<T>(Action<ReadOnlySpan<T>> action)
        where T : unmanaged, INumberBase<T>
    {
        T[] buffer = new T[Math.Min(Chunk, ElementCount)];
        using ElementReader<T> reader = OpenElements<T>();
        for (long start = 0; start < ElementCount; start += Chunk)
        {
            Span<T> part = buffer.AsSpan(0, (int)Math.Min(Chunk, ElementCount - start));
            reader.Read(part);
            action(part);
        }

        reader.End();
    }

    /// <summary>Returns the tensor in another type, for writing; its elements are converted as they are read.</summary>
    /// <param name="type">Float32, Float64 or Int64; values are rounded to nearest where it is narrower.</param>
    /// <exception cref="ArgumentException">The elements cannot be converted, as from floating point to integers.</exception>
    public NamedTensor As(DataType type) => type == Type ? this
        : type is DataType.Float32 or DataType.Float64 or DataType.Int64 && ElementConversion.IsPossible(Type, type)
            ? new ConvertedTensor(this, type)
            : throw new ArgumentException($"The tensor '{Name}' of type {Type} cannot be converted to {type}.", nameof(type));

    /// <summary>Returns a tensor whose elements do not change when those of a network do.</summary>
    internal virtual NamedTensor Detached() => this;

    /// <summary>Reads a tensor of a file that has a hash, and throws if it differs.</summary>
    /// <exception cref="InvalidDataException">The file was changed or damaged.</exception>
    internal void CheckHash()
    {
        if (HasHash)
        {
            ForEachPart(static _ => { });
        }
    }

    /// <summary>Passes the bytes of all elements to an action, in parts.</summary>
    internal void ForEachPart(Action<ReadOnlySpan<byte>> action)
    {
        const int Part = Chunk * sizeof(double);
        byte[] buffer = new byte[Math.Min(Part, ByteCount)];
        using Reader reader = Open();
        for (long start = 0; start < ByteCount; start += Part)
        {
            action(reader.Next(buffer.AsSpan(0, (int)Math.Min(Part, ByteCount - start))));
        }

        reader.End();
    }

    /// <summary>Whether the elements are checked against a hash as they are read.</summary>
    internal virtual bool HasHash => false;

    /// <summary>Begins to read the bytes of the elements.</summary>
    private protected abstract Reader Open();

    private static long CountElements(ReadOnlySpan<nint> lengths)
    {
        long count = 1;
        foreach (nint length in lengths)
        {
            count = checked(count * length);
        }

        return count;
    }

    /// <summary>Reads the bytes of a tensor's elements from first to last.</summary>
    internal abstract class Reader : IDisposable
    {
        /// <summary>Reads the next bytes.</summary>
        public abstract void Read(Span<byte> bytes);

        /// <summary>Returns the next bytes, in a buffer of their number or where they are.</summary>
        public virtual ReadOnlySpan<byte> Next(Span<byte> buffer)
        {
            Read(buffer);
            return buffer;
        }

        /// <summary>Is called once all bytes are read.</summary>
        public virtual void End()
        {
        }

        public virtual void Dispose()
        {
        }
    }
}
