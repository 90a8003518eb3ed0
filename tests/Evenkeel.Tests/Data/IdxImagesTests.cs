using System.Runtime.CompilerServices;
using Evenkeel.Data;
using Evenkeel.Numerics;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Data;

public class IdxImagesTests
{
    private static readonly byte[] TwoImages = IdxWriter.Bytes([2, 1, 3], [0, 51, 255, 255, 0, 102]);
    private static readonly byte[] TwoLabels = IdxWriter.Bytes([2], [4, 1]);

    [Fact]
    public void The_digits_of_MNIST_are_read()
    {
        ImageClassificationData mnist = IdxImages.LoadFolder(MnistFolder());

        Assert.Equal((60_000, 10_000), (mnist.Train.Count, mnist.Test.Count));
        Assert.Equal((28, 28, 1, 10), (mnist.Height, mnist.Width, mnist.Channels, mnist.Classes));
        Assert.Equal([28, 28, 1], mnist.Train.SampleShape);
        Assert.Equal([5, 0, 4, 1, 9], mnist.Train.Targets.Elements()[..5]);
        Assert.Equal([7, 2, 1, 0, 4], mnist.Test.Targets.Elements()[..5]);

        ReadOnlySpan<float> inputs = mnist.Train.Inputs.Elements();
        double first = 0, all = 0;
        foreach (float x in inputs[..784])
        {
            first += x;
        }

        foreach (float x in inputs)
        {
            all += x;
        }

        Assert.Equal(27_525, first * 255, tolerance: 1e-2);
        Assert.Equal(0.1307, all / inputs.Length, tolerance: 5e-5);
    }

    [Theory]
    [InlineData("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")]
    [InlineData("train-images.idx3-ubyte", "train-labels.idx1-ubyte", "t10k-images.idx3-ubyte", "t10k-labels.idx1-ubyte")]
    [InlineData(
        "emnist-letters-train-images-idx3-ubyte.gz",
        "emnist-letters-train-labels-idx1-ubyte.gz",
        "emnist-letters-test-images-idx3-ubyte.gz",
        "emnist-letters-test-labels-idx1-ubyte.gz")]
    public void Names_of_MNIST_and_its_successors_are_known(string trainImages, string trainLabels, string testImages, string testLabels)
    {
        using var folder = new TemporaryFolder();
        folder.Write(trainImages, TwoImages);
        folder.Write(trainLabels, TwoLabels);
        folder.Write(testImages, IdxWriter.Gzip(TwoImages));
        folder.Write(testLabels, IdxWriter.Gzip(TwoLabels));
        folder.Write("readme.txt", []);

        ImageClassificationData data = IdxImages.LoadFolder(folder.Path);

        Assert.Equal((1, 3, 1, 5), (data.Height, data.Width, data.Channels, data.Classes));
        Assert.Equal([1, 3, 1], data.Test.SampleShape);
        Assert.Equal([0, 0.2f, 1, 1, 0, 0.4f], data.Test.Inputs.Elements());
        Assert.Equal([4, 1], data.Train.Targets.Elements());
    }

    [Fact]
    public void Of_a_raw_and_a_gzipped_file_the_raw_one_is_read()
    {
        using TemporaryFolder folder = Complete();
        folder.Write("train-labels-idx1-ubyte.gz", [1, 2, 3]);

        Assert.Equal(2, IdxImages.LoadFolder(folder.Path).Train.Count);
    }

    [Fact]
    public void Files_are_found_behind_the_prefixes_of_embedded_resources()
    {
        var resources = new Dictionary<string, byte[]>
        {
            ["Some.Assembly.data.train-images-idx3-ubyte.gz"] = IdxWriter.Gzip(TwoImages),
            ["Some.Assembly.data.train-labels-idx1-ubyte.gz"] = IdxWriter.Gzip(TwoLabels),
            ["Some.Assembly.data.t10k-images-idx3-ubyte.gz"] = IdxWriter.Gzip(TwoImages),
            ["Some.Assembly.data.t10k-labels-idx1-ubyte.gz"] = IdxWriter.Gzip(TwoLabels),
        };

        ImageClassificationData data = IdxImages.Load("Here", [.. resources.Keys], name => new MemoryStream(resources[name]));

        Assert.Equal(2, data.Test.Count);
    }

    [Fact]
    public void An_assembly_without_images_is_named()
    {
        var error = Assert.Throws<FileNotFoundException>(() => IdxImages.LoadResources(typeof(IdxImagesTests).Assembly));

        Assert.Equal(
            "The assembly 'Evenkeel.Tests' has no training images: expected a file named *train-images*idx3-ubyte, with or without .gz.",
            error.Message);
    }

    [Fact]
    public void A_missing_folder_is_named()
    {
        var error = Assert.Throws<DirectoryNotFoundException>(() => IdxImages.LoadFolder("no/such/folder"));

        Assert.StartsWith("'no/such/folder' is not a folder; expected one with images", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_described_by_the_names_that_would_do()
    {
        using TemporaryFolder folder = Complete();
        File.Delete(Path.Combine(folder.Path, "t10k-labels-idx1-ubyte"));

        Assert.Equal(
            $"'{folder.Path}' has no test labels: expected a file named *t10k-labels*idx1-ubyte or *test-labels*idx1-ubyte, "
            + "with or without .gz.",
            Assert.Throws<FileNotFoundException>(() => IdxImages.LoadFolder(folder.Path)).Message);
    }

    [Fact]
    public void Several_files_that_could_be_meant_are_listed()
    {
        using TemporaryFolder folder = Complete();
        folder.Write("emnist-train-images-idx3-ubyte.gz", TwoImages);

        Assert.Equal(
            $"'{folder.Path}' has several files of training images: emnist-train-images-idx3-ubyte.gz, train-images-idx3-ubyte; "
            + "expected one.",
            Error(folder));
    }

    [Fact]
    public void Images_and_labels_that_do_not_belong_together_are_refused()
    {
        using TemporaryFolder folder = Complete();
        folder.Write("train-labels-idx1-ubyte", IdxWriter.Bytes([3], [1, 2, 3]));

        Assert.Matches(
            "^'.*train-labels-idx1-ubyte' has 3 labels, '.*train-images-idx3-ubyte' has 2 images; the numbers must be equal.$",
            Error(folder));
    }

    [Fact]
    public void Images_of_different_sizes_are_refused()
    {
        using TemporaryFolder folder = Complete();
        folder.Write("t10k-images-idx3-ubyte", IdxWriter.Bytes([2, 3, 1], [1, 2, 3, 4, 5, 6]));

        Assert.Matches(
            "^'.*t10k-images-idx3-ubyte' has images of 3×1 pixels, '.*train-images-idx3-ubyte' of 1×3; they must be equal.$",
            Error(folder));
    }

    [Fact]
    public void Labels_in_the_place_of_images_are_refused()
    {
        using TemporaryFolder folder = Complete();
        folder.Write("train-images-idx3-ubyte", TwoLabels);

        Assert.Matches(@"^'.*train-images-idx3-ubyte' has shape \[2\]; expected images \[N, height, width\].$", Error(folder));
    }

    [Theory]
    [InlineData("train-labels-idx1-ubyte", new uint[] { 30_000_000 }, "has 30000000 labels")]
    [InlineData("t10k-labels-idx1-ubyte", new uint[] { 30_000, 1000 }, "has shape [30000, 1000]; expected labels [N]")]
    [InlineData("t10k-images-idx3-ubyte", new uint[] { 2, 3000, 5000 }, "has images of 3000×5000 pixels")]
    public void A_file_whose_header_does_not_fit_is_refused_before_any_data_are_read(string name, uint[] lengths, string words)
    {
        using TemporaryFolder folder = Complete();
        folder.Write(name, IdxWriter.Gzip(IdxWriter.Bytes(lengths, new byte[30_000_000])));

        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains($"{name}' {words}", Error(folder), StringComparison.Ordinal);

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 200_000);
    }

    [Fact]
    public void A_truncated_file_is_named()
    {
        using TemporaryFolder folder = Complete();
        folder.Write("train-images-idx3-ubyte", TwoImages[..^1]);

        Assert.Matches("^'.*train-images-idx3-ubyte' ends after 5 of the 6 bytes of data that its header claims.$", Error(folder));
    }

    private static TemporaryFolder Complete()
    {
        var folder = new TemporaryFolder();
        folder.Write("train-images-idx3-ubyte", TwoImages);
        folder.Write("train-labels-idx1-ubyte", TwoLabels);
        folder.Write("t10k-images-idx3-ubyte", TwoImages);
        folder.Write("t10k-labels-idx1-ubyte", TwoLabels);
        return folder;
    }

    private static string Error(TemporaryFolder folder) =>
        Assert.Throws<InvalidDataException>(() => IdxImages.LoadFolder(folder.Path)).Message;

    private static string MnistFolder([CallerFilePath] string thisFile = "") =>
        Path.Combine(Path.GetDirectoryName(thisFile)!, "..", "..", "..", "data", "mnist");
}
