using Evenkeel.Cli.Commands;
using Evenkeel.Cli.Tests.Support;
using Evenkeel.Data;

namespace Evenkeel.Cli.Tests.Commands;

public sealed class DataOptionTests : IDisposable
{
    private const string TrainImages = "train-images-idx3-ubyte";
    private readonly SmallImages _images = new();

    public void Dispose() => _images.Dispose();

    [Fact]
    public void Synthetic_images_need_no_folder()
    {
        (ImageClassificationData images, string name) = DataOption.Load("synthetic");

        Assert.Equal(("synthetic", 60_000, 10_000), (name, images.Train.Count, images.Test.Count));
    }

    [Fact]
    public void A_missing_folder_is_named()
    {
        string folder = _images.PathOf("nowhere");
        CommandRun.Of("train", "--data", folder).AssertRefused(1, $"'{folder}' is not a folder");
    }

    [Fact]
    public void A_file_in_place_of_the_folder_is_named()
    {
        string file = _images.PathOf(TrainImages);
        CommandRun.Of("train", "--data", file).AssertRefused(1, $"'{file}' is not a folder");
    }

    [Theory]
    [InlineData(TrainImages, "training images")]
    [InlineData("train-labels-idx1-ubyte", "training labels")]
    [InlineData("t10k-images-idx3-ubyte", "test images")]
    [InlineData("t10k-labels-idx1-ubyte", "test labels")]
    public void A_missing_file_is_said_with_the_name_it_should_have(string file, string words)
    {
        File.Delete(_images.PathOf(file));
        Train().AssertRefused(1, words, "idx");
    }

    public static TheoryData<string, byte[], string> HostileFiles => new()
    {
        { "empty", [], "is empty" },
        { "text", "text"u8.ToArray(), "74657874" },
        { "a page", "<html>"u8.ToArray(), "an HTML page" },
        { "half a header", SmallImages.Header(0x08, 60, 4, 5)[..9], "ends inside its header" },
        { "four billion images", SmallImages.Header(0x08, uint.MaxValue, 28, 28), "4294967295" },
        { "four billion pixels each", SmallImages.Header(0x08, 60, uint.MaxValue, uint.MaxValue), "claims" },
        { "two billion images that are not there", SmallImages.Header(0x08, 2_000_000_000, 1, 1), "60 labels" },
        { "no images", SmallImages.Header(0x08, 0, 28, 28), "claims" },
        { "floats", SmallImages.Header(0x0D, 60, 4, 5), "32-bit floats" },
        { "one byte short", SmallImages.Images(60)[..^1], "ends after 1199" },
        { "one byte more", [.. SmallImages.Images(60), 0], "continues after" },
        { "fewer images than labels", SmallImages.Images(59), "60 labels" },
        { "labels in place of images", SmallImages.Labels(60), "expected images" },
        { "damaged gzip", SmallImages.Gzip(SmallImages.Images(60))[..40], "" },
        { "gzip of garbage", SmallImages.Gzip("garbage"u8.ToArray()), "67617262" },
    };

    [Theory]
    [MemberData(nameof(HostileFiles))]
    public void A_file_that_is_not_what_it_should_be_is_one_line_that_names_it(string what, byte[] bytes, string words)
    {
        _ = what;
        _images.Write(TrainImages, bytes);
        Train().AssertRefused(1, TrainImages, words);
        CommandRun study = CommandRun.Of("study", "init-scale", "--data", _images.Folder, "--out", _images.PathOf("out"));
        study.AssertRefused(1, TrainImages, words);
    }

    [Fact]
    public void Test_images_of_another_size_are_refused()
    {
        _images.Write(
            "t10k-images-idx3-ubyte",
            [.. SmallImages.Header(0x08, SmallImages.TestCount, 5, 4), .. SmallImages.Images(SmallImages.TestCount)[16..]]);
        Train().AssertRefused(1, "5×4", "4×5");
    }

    [Fact]
    public void Zipped_files_and_names_in_capitals_are_read_and_a_raw_file_beside_its_zipped_one_wins()
    {
        string expected = Train().Output;
        foreach (string path in Directory.GetFiles(_images.Folder))
        {
            string name = Path.GetFileName(path);
            byte[] bytes = File.ReadAllBytes(path);
            File.Delete(path);
            _images.Write((name.StartsWith('t') ? name.ToUpperInvariant() : name) + ".gz", SmallImages.Gzip(bytes));
        }

        Assert.Equal(WithoutTimes(expected), WithoutTimes(Train().Output));
        _images.Write("TRAIN-IMAGES-IDX3-UBYTE", SmallImages.Images(60));
        Assert.Equal(WithoutTimes(expected), WithoutTimes(Train().Output));
    }

    [Fact]
    public void A_folder_of_CIFAR_s_files_is_known_by_their_names()
    {
        foreach (string name in (string[])["train.bin", "test.bin"])
        {
            // Two bytes of labels, and pixels that say which.
            _images.Write(
                name,
                [.. Enumerable.Range(0, 20)
                    .SelectMany(i => new[] { (byte)0, (byte)(i % 2) }.Concat(Enumerable.Repeat((byte)(i % 2 * 200), 3072)))]);
        }

        CommandRun run = CommandRun.Of(
            "train", "--data", _images.Folder, "--epochs", "2", "--hidden", "8", "--batch-size", "10", "--augment", "crop,flip");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(2, run.OutputLines.Length);
        _images.Write("train.bin", [1, 2, 3]);
        Train().AssertRefused(1, "train.bin", "has 3 bytes", "CIFAR-100");
    }

    [Fact]
    public void A_loop_of_links_is_refused()
    {
        File.Delete(_images.PathOf(TrainImages));
        File.CreateSymbolicLink(_images.PathOf(TrainImages), _images.PathOf("loop"));
        File.CreateSymbolicLink(_images.PathOf("loop"), _images.PathOf(TrainImages));
        Train().AssertRefused(1, TrainImages);
        CommandRun.Of("train", "--data", _images.PathOf("loop")).AssertRefused(1, "is not a folder");
        CommandRun.Of("study", "init-scale", "--out", _images.PathOf("loop")).AssertRefused(1, "cannot write");
    }

    private static string WithoutTimes(string output) =>
        string.Join('\n', output.Split(Environment.NewLine).Select(line => line[..Math.Max(0, line.LastIndexOf(','))]));

    private CommandRun Train() =>
        CommandRun.Of("train", "--data", _images.Folder, "--epochs", "2", "--hidden", "8", "--batch-size", "20");
}
