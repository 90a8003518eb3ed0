using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Text;
using System.Text.Json;
using Evenkeel.Formats;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Models;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tensors;

namespace Evenkeel.Fuzz.Targets;

/// <summary>The readers of safetensors files, of model files, and of the descriptions in these.</summary>
internal static class ModelTargets
{
    /// <summary>The memory that reading may allocate beside twice the file's size, in bytes.</summary>
    private const long BaseMemory = 1 << 20;

    private static readonly string[] Words =
    [
        "\"dtype\"", "\"shape\"", "\"data_offsets\"", "\"__metadata__\"", "F32", "F64", "BF16", "I64", "[0,8]", "[]", "{}", "null",
        "9223372036854775807", "18446744073709551616", "4611686018427387904", "\\ud800", "1e3", "-1", "  ",
    ];

    private static readonly string[] Headers =
    [
        """{"x":{"dtype":"F64","shape":[2,1],"data_offsets":[0,16]},"y":{"dtype":"U8","shape":[4],"data_offsets":[16,20]}}  """,
        """{"__metadata__":{"a":"b"},"s":{"dtype":"F64","shape":[],"data_offsets":[0,8]},"e":{"dtype":"BF16","shape":[0,3],"""
            + """ "data_offsets":[8,8]},"h":{"dtype":"F16","shape":[1,2],"data_offsets":[8,12]},"i":{"dtype":"I64","shape":[1],"""
            + """ "data_offsets":[12,20]}}""",
    ];

    /// <summary>Tensors of anybody's: refused, or read exactly as the bytes say.</summary>
    public static Target Safetensors() => new(
        "safetensors",
        [Foreign("{}", []), .. Headers.Select(header => Foreign(header, new byte[20])), Ours(), .. AllTargets.Corpus("safetensors")],
        Words,
        input => AllTargets.Accepts(() => ReadTensors(input)));

    /// <summary>Headers before 20 bytes of data, with the right length.</summary>
    public static Target Header() => new(
        "header",
        [.. Headers.Select(Encoding.UTF8.GetBytes), .. AllTargets.Corpus("header")],
        Words,
        input => AllTargets.Accepts(() => ReadTensors(Foreign(input, Enumerable.Range(0, 20).Select(i => (byte)i).ToArray()))));

    /// <summary>A file of ours, refused with any change.</summary>
    public static Target Model()
    {
        byte[][] seeds = [Ours(), Ours(new Relu()), .. AllTargets.Corpus("model")];
        return new(
            "model",
            seeds,
            Words,
            input => AllTargets.Accepts(() =>
            {
                long before = GC.GetAllocatedBytesForCurrentThread();
                ModelFile.Read(new MemoryStream(input));
                CheckMemory(input, before);
                if (!seeds.Any(seed => seed.AsSpan().SequenceEqual(input)))
                {
                    throw new FuzzException("a changed file was accepted");
                }
            }));
    }

    /// <summary>The description of a network whose hashes are right: refused, or written again as it was read.</summary>
    public static Target Description()
    {
        Layer network = Network();
        string description = Describe(network);
        return new(
            "description",
            [Encoding.UTF8.GetBytes(description), .. AllTargets.Corpus("description")],
            [.. Words, "\"type\":\"relu\"", "\"channels\":2000000000", "\"frozen\":true", "\"sequential\"", "\"layers\":[]"],
            input => AllTargets.Accepts(() =>
            {
                byte[] file = WithDescription(network, Encoding.UTF8.GetString(input));
                long before = GC.GetAllocatedBytesForCurrentThread();
                ModelFile read = ModelFile.Read(new MemoryStream(file));
                CheckMemory(file, before);
                string first = Describe(read.Network);
                string second = Describe(ModelFile.Read(new MemoryStream(WithDescription(network, first))).Network);
                if (first != second)
                {
                    throw new FuzzException("a description that was read and written is not read back as the same");
                }
            }));
    }

    private static void ReadTensors(byte[] input)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        using SafetensorsFile file = Formats.Safetensors.Read(new MemoryStream(input));
        CheckMemory(input, before);
        CheckTensors(input, file);
    }

    /// <summary>Reads the header by .NET's document, which is not strict, and compares.</summary>
    private static void CheckTensors(byte[] input, SafetensorsFile file)
    {
        int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(input);
        using var header = JsonDocument.Parse(input.AsMemory(8, length));
        JsonProperty[] expected = [.. header.RootElement.EnumerateObject().Where(property => property.Name != "__metadata__")];
        if (expected.Length != file.Tensors.Count)
        {
            throw new FuzzException($"{file.Tensors.Count} tensors of {expected.Length}");
        }

        ReadOnlySpan<byte> data = input.AsSpan(8 + length);
        long total = 0;
        foreach (JsonProperty property in expected)
        {
            NamedTensor tensor = file[property.Name];
            int[] offsets = [.. property.Value.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt32())];
            (int begin, int end) = (offsets[0], offsets[1]);
            using var bytes = new MemoryStream();
            tensor.ForEachPart(bytes.Write);
            if (!data[begin..end].SequenceEqual(bytes.ToArray())
                || property.Value.GetProperty("dtype").GetString() != Formats.Safetensors.NameOf(tensor.Type)
                || !property.Value.GetProperty("shape").EnumerateArray().Select(axis => axis.GetInt64())
                    .SequenceEqual(tensor.Lengths.ToArray().Select(axis => (long)axis)))
            {
                throw new FuzzException($"the tensor {property.Name} is not what the bytes say");
            }

            total += end - begin;
        }

        if (total != data.Length)
        {
            throw new FuzzException("the tensors do not cover the data");
        }
    }

    private static void CheckMemory(byte[] input, long before)
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        if (allocated > BaseMemory + 2L * input.Length)
        {
            throw new FuzzException($"allocated {allocated} bytes for a file of {input.Length}");
        }
    }

    private static Sequential Network()
    {
        var random = new RandomSource(1);
        var linear = new Linear(3, 4, random);
        return new(
            ("linear", linear),
            ("norm", new CrossIterationBatchNorm(linear, new() { Window = 2 })),
            ("relu", new Relu()),
            ("dropout", new Dropout(0.5, random)),
            ("block", new Residual(new Sequential(new Linear(4, 4, random, bias: false), new BatchNorm(4)), activation: new Relu())),
            ("graph", new Graph(new GraphNode("a", new LayerNorm(4), Graph.Input), new GraphNode("b", new Tanh(), "a", Graph.Input))));
    }

    private static string Describe(Layer network) => new ModelFile(network).CreateMetadata(types: null)["evenkeel.model"];

    private static byte[] WithDescription(Layer network, string description)
    {
        using var stream = new MemoryStream();
        try
        {
            Formats.Safetensors.Write(stream, network.StateDict(), new Dictionary<string, string> { ["evenkeel.model"] = description });
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException("not a text", e);
        }

        return stream.ToArray();
    }

    private static byte[] Ours(Layer? network = null)
    {
        using var stream = new MemoryStream();
        new ModelFile(network ?? Network()).Write(stream);
        return stream.ToArray();
    }

    private static byte[] Foreign(string header, byte[] data) => Foreign(Encoding.UTF8.GetBytes(header), data);

    private static byte[] Foreign(byte[] header, byte[] data)
    {
        byte[] length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)header.Length);
        return [.. length, .. header, .. data];
    }
}
