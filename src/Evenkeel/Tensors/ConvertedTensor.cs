using System.Numerics;
using System.Runtime.InteropServices;

namespace Evenkeel.Tensors;

/// <summary>A tensor with the elements of another in a type of files that is written; they are converted as they are read.</summary>
internal sealed class ConvertedTensor : NamedTensor
{
    private readonly NamedTensor _source;

    /// <summary>Makes a tensor of the name and shape of another.</summary>
    /// <param name="source">The other tensor.</param>
    /// <param name="type">Float32, Float64 or Int64; values are rounded to nearest where it is narrower.</param>
    public ConvertedTensor(NamedTensor source, DataType type)
        : base(source.Name, type, source.Lengths) => _source = source;

    private protected override Reader Open() => Type switch
    {
        DataType.Float32 => new ConvertedReader<float>(_source.OpenElements<float>()),
        DataType.Float64 => new ConvertedReader<double>(_source.OpenElements<double>()),
        _ => new ConvertedReader<long>(_source.OpenElements<long>()),
    };

    private sealed class ConvertedReader<T>(ElementReader<T> elements) : Reader
        where T : unmanaged, INumberBase<T>
    {
        public override void Read(Span<byte> bytes) => elements.Read(MemoryMarshal.Cast<byte, T>(bytes));

        public override void End() => elements.End();

        public override void Dispose()
        {
            elements.Dispose();
            base.Dispose();
        }
    }
}
