using System.Numerics.Tensors;
using Evenkeel.Data;
using Evenkeel.Numerics;
using Evenkeel.Tests.Support;
using FsCheck;
using FsCheck.Fluent;

namespace Evenkeel.Tests.Data;

public class IdxFileTests
{
    [Fact]
    public void What_was_written_is_read()
    {
        Gen<(uint[] Lengths, byte[] Data, bool Zipped)> files =
            from rank in Gen.Choose(1, 4)
            from lengths in Gen.Choose(1, 6).ArrayOf(rank)
            from data in ArbMap.Default.GeneratorFor<byte>().ArrayOf(lengths.Aggregate(1, (a, b) => a * b))
            from zipped in ArbMap.Default.GeneratorFor<bool>()
            select (lengths.Select(l => (uint)l).ToArray(), data, zipped);

        Prop.ForAll(files.ToArbitrary(), file =>
        {
            byte[] written = IdxWriter.Bytes(file.Lengths, file.Data);
            Tensor<byte> read = IdxFile.ReadBytes(new MemoryStream(file.Zipped ? IdxWriter.Gzip(written) : written), "x");
            return read.Lengths.ToArray().SequenceEqual(file.Lengths.Select(l => (nint)l))
                && read.Elements().SequenceEqual(file.Data);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Any_other_bytes_give_one_clear_error_or_a_tensor()
    {
        Gen<byte[]> anything = ArbMap.Default.GeneratorFor<byte>().ArrayOf();
        Gen<byte[]> nearly =
            from start in Gen.Elements(new byte[] { 0, 0, 8, 1 }, [0, 0, 8, 3, 0, 0, 0, 1], [0x1F, 0x8B], [0x1F, 0x8B, 8, 0])
            from rest in anything
            select (byte[])[.. start, .. rest];

        Prop.ForAll(Gen.OneOf(anything, nearly).ToArbitrary(), file =>
        {
            try
            {
                return IdxFile.ReadBytes(new MemoryStream(file), "x").FlattenedLength > 0;
            }
            catch (InvalidDataException e)
            {
                return e.Message.StartsWith("'x' ", StringComparison.Ordinal) && !e.Message.Contains('\n', StringComparison.Ordinal);
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Data_larger_than_the_first_buffer_is_read_whole()
    {
        byte[] data = new byte[5_000_001];
        new Random(1).NextBytes(data);

        Tensor<byte> read = IdxFile.ReadBytes(new MemoryStream(IdxWriter.Gzip(IdxWriter.Bytes([5_000_001], data))), "x");

        Assert.True(read.Elements().SequenceEqual(data));
    }

    [Theory]
    [InlineData("", "'x' holds nothing (it is empty, or cut off at its start); an IDX file starts with 0000, the type and the rank.")]
    [InlineData("0000", "'x' starts with 0000; an IDX file starts with 0000, the type and the rank.")]
    [InlineData("0A3C21444F43545950452068746D6C3E", "'x' is an HTML page, perhaps of an error in a download.")]
    [InlineData("504B030400", "'x' starts with 504B0304; an IDX file starts with 0000, the type and the rank.")]
    [InlineData("00000D0100000001", "'x' holds 32-bit floats (type 0D); expected unsigned bytes (type 08).")]
    [InlineData("0000770100000001", "'x' holds elements of the unknown type 77; expected unsigned bytes (type 08).")]
    [InlineData("00000800", "'x' states rank 0; expected 1 to 4.")]
    [InlineData("00000805", "'x' states rank 5; expected 1 to 4.")]
    [InlineData("00000803000000", "'x' ends inside its header, after 7 of 16 bytes.")]
    [InlineData("000008020000000000000001", "'x' claims shape [0, 1], 0 bytes; expected 1 to 2147483591.")]
    [InlineData(
        "00000803FFFFFFFF0000001C0000001C", "'x' claims shape [4294967295, 28, 28], 3367254359280 bytes; expected 1 to 2147483591.")]
    [InlineData(
        "00000804FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF",
        "'x' claims shape [4294967295, 4294967295, 4294967295, 4294967295], 340282366604025813516997721482669850625 bytes; "
        + "expected 1 to 2147483591.")]
    [InlineData("0000080100000003AABB", "'x' ends after 2 of the 3 bytes of data that its header claims.")]
    [InlineData("0000080100000001AABB", "'x' continues after the 1 bytes of data that its header claims.")]
    public void A_wrong_file_gives_one_clear_error(string file, string message)
    {
        byte[] contents = Convert.FromHexString(file);

        Assert.Equal(message, Error(contents));
        if (contents.Length > 0)
        {
            Assert.Equal(message, Error(IdxWriter.Gzip(contents)));
        }
    }

    [Fact]
    public void A_damaged_gzip_file_gives_one_clear_error()
    {
        byte[] zipped = IdxWriter.Gzip(IdxWriter.Bytes([4], [1, 2, 3, 4]));
        byte[] wrongChecksum = [.. zipped];
        wrongChecksum[^8] ^= 1;

        Assert.Equal("'x' is a damaged gzip file.", Error(wrongChecksum));
        Assert.Equal("'x' is a damaged gzip file.", Error([0x1F, 0x8B, 1, 2, 3]));

        // Of the last nine bytes, eight are checksum and length: without them, the data is still whole.
        for (int length = 2; length < zipped.Length - 9; length++)
        {
            Assert.StartsWith("'x' ", Error(zipped[..length]), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_claim_of_two_billion_bytes_allocates_no_more_than_is_there()
    {
        byte[] file = IdxWriter.Bytes([2_000_000_000], [1, 2, 3]);

        long before = GC.GetAllocatedBytesForCurrentThread();
        Error(file);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2 << 20);
    }

    [Fact]
    public void Data_beyond_what_the_header_claims_are_not_read()
    {
        byte[] bomb = IdxWriter.Gzip(IdxWriter.Bytes([1000], new byte[30_000_000]));

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.StartsWith("'x' continues after the 1000 bytes", Error(bomb), StringComparison.Ordinal);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000);
    }

    [Fact]
    public void A_folder_or_a_missing_file_is_named()
    {
        using var folder = new TemporaryFolder();
        string missing = Path.Combine(folder.Path, "missing");

        Assert.Equal(
            $"'{folder.Path}' is a folder; expected an IDX file.",
            Assert.Throws<InvalidDataException>(() => IdxFile.ReadBytes(folder.Path)).Message);
        Assert.Contains(missing, Assert.Throws<FileNotFoundException>(() => IdxFile.ReadBytes(missing)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_is_read_by_its_contents_and_not_by_its_name()
    {
        using var folder = new TemporaryFolder();
        byte[] contents = IdxWriter.Bytes([2], [7, 9]);

        Assert.Equal([7, 9], IdxFile.ReadBytes(folder.Write("raw.gz", contents)).Elements().ToArray());
        Assert.Equal([7, 9], IdxFile.ReadBytes(folder.Write("zipped", IdxWriter.Gzip(contents))).Elements().ToArray());
    }

    private static string Error(byte[] file) =>
        Assert.Throws<InvalidDataException>(() => IdxFile.ReadBytes(new MemoryStream(file), "x")).Message;
}
