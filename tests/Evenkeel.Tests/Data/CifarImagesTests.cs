using Evenkeel.Data;
using Evenkeel.Numerics;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Data;

public class CifarImagesTests
{
    [Fact]
    public void The_files_of_CIFAR_10_are_read_in_order_as_pixels_from_0_to_1()
    {
        using TemporaryFolder folder = CifarFiles.Ten();

        ImageClassificationData data = CifarImages.LoadFolder(folder.Path);

        Assert.Equal((32, 32, 3, 10), (data.Height, data.Width, data.Channels, data.Classes));
        Assert.Equal([10, 32, 32, 3], data.Train.Inputs.Lengths);
        Assert.Equal([1, 9, 2, 9, 3, 9, 4, 9, 5, 9], data.Train.Targets.Elements());
        Assert.Equal([7, 0], data.Test.Targets.Elements());
        for (int sample = 0; sample < 10; sample++)
        {
            ReadOnlySpan<float> image = data.Train.Inputs.Elements().Slice(sample * 3072, 3072);
            Assert.Equal([0.2f, 0.4f, 0.6f, 0, 0, 0], image[..6]);
            Assert.Equal([0, 1, 1, 1], image[^4..]);
        }
    }

    [Fact]
    public void Gzipped_files_are_read_and_of_both_forms_the_raw_one()
    {
        using TemporaryFolder folder = CifarFiles.Ten();
        File.Delete(Path.Combine(folder.Path, "data_batch_3.bin"));
        folder.Write("data_batch_3.bin.gz", IdxWriter.Gzip(CifarFiles.Records([8])));
        folder.Write("data_batch_4.bin.gz", [1, 2, 3]);

        Assert.Equal([1, 9, 2, 9, 8, 4, 9, 5, 9], CifarImages.LoadFolder(folder.Path).Train.Targets.Elements());
    }

    [Fact]
    public void Of_CIFAR_100_the_fine_labels_are_read()
    {
        using var folder = new TemporaryFolder();
        folder.Write("train.bin", CifarFiles.Records([19, 99], [3, 42]));
        folder.Write("test.bin.gz", IdxWriter.Gzip(CifarFiles.Records([0, 5])));

        ImageClassificationData data = CifarImages.LoadFolder(folder.Path);

        Assert.Equal(100, data.Classes);
        Assert.Equal([99, 42], data.Train.Targets.Elements());
        Assert.Equal([0.2f, 0.4f, 0.6f], data.Test.Inputs.Elements()[..3]);
    }

    [Fact]
    public void A_folder_s_form_is_seen_by_the_names_in_it()
    {
        using TemporaryFolder cifar = CifarFiles.Ten();
        using var idx = new TemporaryFolder();
        foreach (string set in new[] { "train", "test" })
        {
            idx.Write($"{set}-images-idx3-ubyte", IdxWriter.Bytes([1, 1, 3], [0, 51, 255]));
            idx.Write($"{set}-labels-idx1-ubyte", IdxWriter.Bytes([1], [4]));
        }

        Assert.Equal(3, ImageFolder.Load(cifar.Path).Channels);
        Assert.Equal(1, ImageFolder.Load(idx.Path).Channels);
        Assert.True(CifarImages.AreIn(cifar.Path));
        Assert.False(CifarImages.AreIn(idx.Path));
        Assert.False(CifarImages.AreIn("no/such/folder"));
        Assert.True(IdxImages.AreIn(idx.Path));
        Assert.False(IdxImages.AreIn(cifar.Path));
        Assert.False(IdxImages.AreIn("no/such/folder"));
    }

    [Fact]
    public void A_folder_of_neither_form_is_told_both()
    {
        using var folder = new TemporaryFolder();
        folder.Write("data_batch_1", [1]); // as in CIFAR's Python version

        string message = Assert.Throws<FileNotFoundException>(() => ImageFolder.Load(folder.Path)).Message;
        Assert.Contains("train-images-idx3-ubyte", message, StringComparison.Ordinal);
        Assert.Contains("data_batch_1.bin", message, StringComparison.Ordinal);

        message = Assert.Throws<DirectoryNotFoundException>(() => ImageFolder.Load("no/such/folder")).Message;
        Assert.Contains("IDX", message, StringComparison.Ordinal);
        Assert.Contains("CIFAR", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        using TemporaryFolder folder = CifarFiles.Ten();
        File.Delete(Path.Combine(folder.Path, "data_batch_5.bin"));

        Assert.Equal(
            $"'{folder.Path}' has no training images: expected a file named data_batch_5.bin, with or without .gz.",
            Assert.Throws<FileNotFoundException>(() => ImageFolder.Load(folder.Path)).Message);
    }

    [Fact]
    public void A_missing_folder_is_named()
    {
        var error = Assert.Throws<DirectoryNotFoundException>(() => CifarImages.LoadFolder("no/such/folder"));

        Assert.StartsWith("'no/such/folder' is not a folder; expected one with images", error.Message, StringComparison.Ordinal);
    }

    public static TheoryData<byte[], string> WrongFiles => new()
    {
        { [], "has 0 bytes; a file of CIFAR-10 has one or more complete records of 3073 bytes." },
        { CifarFiles.Records([1], [2])[..^1], "has 6145 bytes; a file of CIFAR-10 has one or more complete records of 3073 bytes." },
        { CifarFiles.Records([1, 2]), "has 3074 bytes" },
        { CifarFiles.Records([1], [10]), "has label 10 in record 1; the labels of CIFAR-10 are 0 to 9." },
        { IdxWriter.Gzip(CifarFiles.Records([1]))[..40], "has " },
        { [0x1F, 0x8B, .. CifarFiles.Records([1])], "is a damaged gzip file" },
    };

    [Fact]
    public void A_file_larger_than_any_of_CIFAR_is_not_read_to_its_end()
    {
        const int Most = 50_000 * 3073;
        using TemporaryFolder folder = CifarFiles.Ten();
        string path = folder.Write("data_batch_1.bin", IdxWriter.Gzip(new byte[2 * Most]));

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(
            $"'{path}' continues after 50000 records of 3073 bytes; no file of CIFAR has more.",
            Assert.Throws<InvalidDataException>(() => CifarImages.LoadFolder(folder.Path)).Message);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 3L * Most);
    }

    [Theory]
    [MemberData(nameof(WrongFiles))]
    public void A_file_that_is_not_what_it_should_be_is_named(byte[] bytes, string words)
    {
        using TemporaryFolder folder = CifarFiles.Ten();
        string path = folder.Write("data_batch_2.bin", bytes);

        var error = Assert.Throws<InvalidDataException>(() => CifarImages.LoadFolder(folder.Path));
        Assert.StartsWith($"'{path}' {words}", error.Message, StringComparison.Ordinal);
    }
}
