using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Numerics;

namespace Evenkeel.Comparison.Hashes;

/// <summary>A SHA-256 hash over the little-endian bytes of tensors.</summary>
internal sealed class HashWriter : IDisposable
{
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Adds the parameters of a layer and the layers inside it, and their running statistics.</summary>
    public void Add(Layer layer)
    {
        foreach (Parameter parameter in layer.Parameters)
        {
            Add(parameter.Value);
        }

        AddStatistics(layer);
    }

    public void Add<T>(Tensor<T> tensor)
        where T : struct
    {
        if (!BitConverter.IsLittleEndian)
        {
            throw new PlatformNotSupportedException("Hashes are of little-endian bytes.");
        }

        _hash.AppendData(MemoryMarshal.AsBytes(tensor.Elements()));
    }

    public void Dispose() => _hash.Dispose();

    /// <summary>The first 64 bits, in hexadecimal.</summary>
    public override string ToString() => Convert.ToHexStringLower(_hash.GetCurrentHash())[..16];

    private void AddStatistics(Layer layer)
    {
        if (layer is RunningNormalization { RunningStatistics: { } statistics })
        {
            Add(statistics.Mean);
            Add(statistics is RenormStatistics renorm ? renorm.Deviation : ((RunningStatistics)statistics).Variance);
        }

        foreach (Layer child in layer.Children)
        {
            AddStatistics(child);
        }
    }
}
