using System.Buffers.Binary;
using System.Numerics.Tensors;
using System.Text;
using Evenkeel.Formats;
using Evenkeel.Numerics;
using Evenkeel.Tensors;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Formats;

public class SafetensorsTests
{
    private static readonly byte[] Eight = [1, 2, 3, 4, 5, 6, 7, 8];

    [Fact]
    public void What_is_written_is_read()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "tensors.safetensors");
        Safetensors.Write(path, Samples(), new Dictionary<string, string> { ["note"] = "γ \" \\ \n" });
        using SafetensorsFile file = Safetensors.Read(path);
        using var stream = new MemoryStream(File.ReadAllBytes(path));
        using SafetensorsFile streamed = Safetensors.Read(stream);
        foreach (SafetensorsFile read in new[] { file, streamed })
        {
            Assert.Equal("γ \" \\ \n", read.Metadata["note"]);
            Assert.Equal([1.5f, -2, float.NaN], [.. read["a.weight"].Read<float>().Elements()]);
            Assert.Equal([0.1, double.PositiveInfinity], [.. read["b"].Read<double>().Elements()]);
            Assert.Equal(7, read["count"].Read<long>().Elements()[0]);
            Assert.Equal(0, read["count"].Lengths.Length);
            Assert.Equal(0, read["empty"].ElementCount);
            Assert.Equal([3, 0], [.. read["empty"].Lengths]);
            Assert.True(read.HasHashes);
        }
    }

    [Fact]
    public void A_file_of_ours_is_refused_at_every_flipped_byte()
    {
        using var written = new MemoryStream();
        Safetensors.Write(written, Samples());
        byte[] bytes = written.ToArray();
        for (int i = 0; i < bytes.Length; i++)
        {
            for (int bit = 0; bit < 8; bit++)
            {
                bytes[i] ^= (byte)(1 << bit);
                bool isRefused = Refuses(() => ReadAll(bytes));

                // In the name of its hash, a flip makes it a file of another's, whose text is unknown.
                string text = Encoding.Latin1.GetString(bytes);
                bool isForeign = !text.Contains(Safetensors.HeaderHash, StringComparison.Ordinal);
                Assert.True(isRefused || isForeign, $"byte {i}, bit {bit}");
                bytes[i] ^= (byte)(1 << bit);
            }
        }

        ReadAll(bytes);
    }

    [Fact]
    public void A_file_cut_anywhere_is_refused()
    {
        using var written = new MemoryStream();
        Safetensors.Write(written, Samples());
        byte[] bytes = written.ToArray();
        for (int length = 0; length < bytes.Length; length++)
        {
            Assert.True(Refuses(() => ReadAll(bytes.AsSpan(0, length).ToArray())), $"{length} bytes");
        }

        Assert.True(Refuses(() => ReadAll([.. bytes, 0])));
    }

    [Theory]
    [InlineData("F64", 1, "0000000000000440", 2.5)]
    [InlineData("F32", 1, "00002040", 2.5)]
    [InlineData("F16", 1, "0041", 2.5)]
    [InlineData("BF16", 1, "2040", 2.5)]
    [InlineData("I32", 1, "FEFFFFFF", -2)]
    [InlineData("I16", 1, "FEFF", -2)]
    [InlineData("I8", 1, "FE", -2)]
    [InlineData("U32", 1, "FEFFFFFF", 4294967294.0)]
    [InlineData("U16", 1, "FEFF", 65534)]
    [InlineData("U8", 1, "FE", 254)]
    public void Each_type_is_read_exactly(string type, int count, string hex, double expected)
    {
        byte[] data = Convert.FromHexString(hex);
        using SafetensorsFile file = Read(Header(type, count, data.Length), data);
        Assert.Equal(expected, file["x"].Read<double>().Elements()[0]);
    }

    [Fact]
    public void Many_elements_of_16_bits_are_read_exactly()
    {
        const int Count = 70_001; // more than are converted at once
        byte[] data = new byte[2 * Count];
        for (int i = 0; i < Count; i++)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(data.AsSpan(2 * i), (ushort)(i % 30_000));
        }

        foreach (string type in new[] { "BF16", "F16" })
        {
            using SafetensorsFile file = Read(Header(type, Count, data.Length), data);
            float[] values = file["x"].Read<float>().ToArray();
            for (int i = 0; i < Count; i++)
            {
                ushort bits = (ushort)(i % 30_000);
                float expected = type == "BF16"
                    ? BitConverter.UInt32BitsToSingle((uint)bits << 16)
                    : (float)BitConverter.UInt16BitsToHalf(bits);
                Assert.Equal(expected, values[i]);
            }
        }
    }

    [Theory]
    [InlineData("I64", "FEFFFFFFFFFFFFFF")]
    [InlineData("U64", "FEFFFFFFFFFFFFFF")]
    [InlineData("BOOL", "0101010101010101")]
    public void A_type_that_is_not_held_exactly_is_refused_when_it_is_read(string type, string hex)
    {
        int count = type == "BOOL" ? 8 : 1;
        using SafetensorsFile file = Read(Header(type, count, 8), Convert.FromHexString(hex));
        Assert.Throws<InvalidDataException>(() => file["x"].Read<double>());
        Assert.Throws<InvalidDataException>(() => file["x"].Read<float>());
        Assert.Throws<NotSupportedException>(() => file["x"].Read<int>());
        Assert.Equal(type == "I64" ? "-2" : type == "U64" ? "18446744073709551614" : "1", First(file["x"], type));
    }

    [Theory]
    [InlineData("", "does not begin with '{'")]
    [InlineData("[]", "does not begin with '{'")]
    [InlineData(" {}", "does not begin with '{'")]
    [InlineData("{}x", "not JSON")]
    [InlineData("{", "not JSON")]
    [InlineData("{}\n", "8 follow")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "twice")]
    [InlineData("""{"x":{"dtype":"F32","dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "twice")]
    [InlineData("""{"x":{"dtype":"F8_E5M2","shape":[8],"data_offsets":[0,8]}}""", "the type 'F8_E5M2'")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8],"more":1}}""", "unknown field 'more'")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2]}}""", "lacks")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8,8]}}""", "lacks")]
    [InlineData("""{"x":{"dtype":"F32","shape":[3],"data_offsets":[0,8]}}""", "take 12 bytes")]
    [InlineData("""{"x":{"dtype":"F32","shape":[-2],"data_offsets":[0,8]}}""", "integer")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2.0],"data_offsets":[0,8]}}""", "integer")]
    [InlineData("""{"x":{"dtype":"F32","shape":["2"],"data_offsets":[0,8]}}""", "integer")]
    [InlineData("""{"x":{"dtype":"F32","shape":[[2]],"data_offsets":[0,8]}}""", "not JSON")]
    [InlineData("""{"x":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,8]}}""", "more than")]
    [InlineData("""{"x":{"dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,8]}}""", "more than")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""", "8 follow")]
    [InlineData("""{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}""", "a hole")]
    [InlineData("""{"x":{"dtype":"U8","shape":[8],"data_offsets":[0,8]},"y":{"dtype":"U8","shape":[1],"data_offsets":[7,8]}}""", "overlap")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[8,0]}}""", "data offsets 8 and 0")]
    [InlineData("""{"x":{"dtype":5,"shape":[2],"data_offsets":[0,8]}}""", "not a string")]
    [InlineData("""{"x":{"dtype":"F32","shape":2,"data_offsets":[0,8]}}""", "not an array")]
    [InlineData("""{"x":5}""", "not an object")]
    [InlineData("""{"__metadata__":{"a":5},"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "not a string")]
    [InlineData("""{"__metadata__":{"a":"b","a":"c"},"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "twice")]
    [InlineData("""{"\ud800":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "surrogate")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}{}""", "not JSON")]
    [InlineData("""{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]},}""", "not JSON")]
    [InlineData("""{/**/"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", "not JSON")]
    public void A_header_that_is_not_strictly_valid_is_refused(string header, string message)
    {
        var refused = Assert.Throws<InvalidDataException>(() => Read(header, Eight));
        Assert.Contains(message, refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', refused.Message);
    }

    [Fact]
    public void Spaces_behind_the_header_scalars_and_empty_tensors_are_legal()
    {
        using SafetensorsFile file = Read(
            """{"a":{"dtype":"F32","shape":[0,9],"data_offsets":[4,4]},"b":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}     """,
            [0, 0, 0x80, 0x3f]);
        Assert.Equal(1, file["b"].Read<float>().Elements()[0]);
        Assert.Equal(0, file["a"].Read<float>().FlattenedLength);
        Assert.Throws<KeyNotFoundException>(() => file["c"]);
        using SafetensorsFile none = Read("{}", []);
        Assert.Empty(none.Tensors);
    }

    [Fact]
    public void A_length_beyond_the_file_or_the_limit_allocates_nothing()
    {
        foreach (ulong length in new ulong[] { 9, 100_000_000, 100_000_001, ulong.MaxValue })
        {
            byte[] file = new byte[16];
            BinaryPrimitives.WriteUInt64LittleEndian(file, length);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Assert.True(Refuses(() => ReadAll(file)));
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 3 << 20);
        }
    }

    [Fact]
    public void What_cannot_be_written_is_refused_before_anything_is()
    {
        using var stream = new MemoryStream();
        using SafetensorsFile half = Read("""{"x":{"dtype":"F16","shape":[4],"data_offsets":[0,8]}}""", Eight);
        Tensor<float> one = Tensor.Create([1f]);
        Assert.Throws<ArgumentException>(() => Safetensors.Write(stream, half.Tensors));
        Assert.Throws<ArgumentException>(() => Safetensors.Write(stream, [StateTensor.Of("x", one), StateTensor.Of("x", one)]));
        Assert.Throws<ArgumentException>(() => Safetensors.Write(stream, [StateTensor.Of("__metadata__", one)]));
        Assert.Throws<ArgumentException>(() => Safetensors.Write(stream, [StateTensor.Of("\ud800", one)]));
        Assert.Throws<ArgumentException>(() => Safetensors.Write(
            stream, [], new Dictionary<string, string> { [Safetensors.HeaderHash] = "" }));
        Assert.Equal(0, stream.Length);
    }

    [Fact]
    public void A_folder_and_a_missing_file_are_refused()
    {
        using var folder = new TemporaryFolder();
        Assert.Throws<InvalidDataException>(() => Safetensors.Read(folder.Path));
        Assert.Throws<FileNotFoundException>(() => Safetensors.Read(Path.Combine(folder.Path, "none")));
    }

    private static IReadOnlyList<StateTensor> Samples()
    {
        long count = 7;
        return
        [
            StateTensor.Of("a.weight", Tensor.Create([1.5f, -2, float.NaN])),
            StateTensor.Of("b", Tensor.Create([0.1, double.PositiveInfinity])),
            StateTensor.Of("count", () => count, value => count = value),
            StateTensor.Of("empty", Tensor.CreateFromShape<float>([3, 0])),
        ];
    }

    private static string First(NamedTensor tensor, string type) => type == "U64"
        ? FormattableString.Invariant($"{tensor.Read<ulong>().Elements()[0]}")
        : FormattableString.Invariant($"{tensor.Read<long>().Elements()[0]}");

    private static string Header(string type, int count, int bytes) =>
        FormattableString.Invariant($"{{\"x\":{{\"dtype\":\"{type}\",\"shape\":[{count}],\"data_offsets\":[0,{bytes}]}}}}");

    private static SafetensorsFile Read(string header, byte[] data)
    {
        byte[] text = Encoding.UTF8.GetBytes(header), length = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(length, (ulong)text.Length);
        return Safetensors.Read(new MemoryStream([.. length, .. text, .. data]));
    }

    private static void ReadAll(byte[] bytes)
    {
        using SafetensorsFile file = Safetensors.Read(new MemoryStream(bytes));
        foreach (NamedTensor tensor in file.Tensors)
        {
            tensor.ForEachPart(static _ => { });
        }
    }

    private static bool Refuses(Action read)
    {
        try
        {
            read();
            return false;
        }
        catch (InvalidDataException)
        {
            return true;
        }
    }
}
