using System.Globalization;
using System.IO.Compression;
using System.Numerics.Tensors;
using System.Text.Json.Nodes;
using Evenkeel.Cli.Tests.Support;
using Evenkeel.Layers;
using Evenkeel.Layers.Pooling;
using Evenkeel.Models;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Scaling;

namespace Evenkeel.Cli.Tests.Commands;

public sealed class PredictCommandTests : IDisposable
{
    private const int Pixels = SmallImages.Height * SmallImages.Width;

    private readonly CsvFolder _folder = new();

    public void Dispose()
    {
        _folder.Dispose();
        Parallelism.Threads = Environment.ProcessorCount;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_images_of_an_IDX_file_are_classified_as_by_the_library(bool zipped)
    {
        const int Count = 600; // more than two batches
        Sequential network = SmallModels.Network();
        SmallModels.Save(network, _folder.PathOf("m.evenkeel"));
        byte[] images = SmallImages.Images(Count);
        _folder.Write("images", zipped ? SmallImages.Gzip(images) : images);
        CommandRun run = _folder.RunWell("predict", "@m.evenkeel", "@images", "--out", "@out.csv");
        Assert.StartsWith("predict: 600 inputs in ", run.Output, StringComparison.Ordinal);
        Assert.Equal("", run.Error);

        string[] lines = _folder.Read("out.csv").Split('\n');
        Assert.Equal("input,class,probability", lines[0]);
        Assert.Equal("", lines[^1]);
        float[] values = [.. images[^(Count * Pixels)..].Select(pixel => pixel / 255f)];
        AssertPredictions(network.Predict(Tensor.Create(values, [Count, SmallImages.Height, SmallImages.Width, 1])), lines[1..^1]);
    }

    [Fact]
    public void A_folder_of_data_gives_its_test_images_and_the_accuracy()
    {
        using var images = new SmallImages();
        Sequential network = SmallModels.Trained(images);
        SmallModels.Save(network, _folder.PathOf("m.evenkeel"));
        CommandRun run = _folder.RunWell("predict", "@m.evenkeel", images.Folder, "--json");
        Assert.Equal(SmallImages.TestCount, run.OutputLines.Length);
        int correct = run.OutputLines.Select((line, i) =>
        {
            JsonNode json = JsonNode.Parse(line)!;
            Assert.Equal(i, (int)json["input"]!);
            Assert.InRange((float)json["probability"]!, 1f / SmallImages.Classes, 1);
            return (int)json["class"]! == (i + 1000) % SmallImages.Classes;
        }).Count(isCorrect => isCorrect);
        double accuracy = (double)correct / SmallImages.TestCount;
        run.AssertOneErrorLine(FormattableString.Invariant($"accuracy {accuracy:F4}: {correct} of {SmallImages.TestCount}."));
        Assert.InRange(accuracy, 0.8, 1);
    }

    [Fact]
    public void Image_files_are_classified_as_the_bytes_in_them()
    {
        Sequential network = SmallModels.Network();
        SmallModels.Save(network, _folder.PathOf("m.evenkeel"));
        byte[] pixels = SmallImages.Images(1)[^Pixels..];
        Directory.CreateDirectory(_folder.PathOf("in"));
        _folder.Write("in/b, c.png", ImageBytes.Png(SmallImages.Height, SmallImages.Width, 1, pixels));
        _folder.Write("in/a.PGM", ImageBytes.PortableMap(SmallImages.Height, SmallImages.Width, 1, pixels));
        _folder.Write("in/readme.txt", "no image");
        string[] lines = _folder.RunWell("predict", "@m.evenkeel", "@in", "--threads", "1").Output.Split('\n');
        Assert.Equal(4, lines.Length);
        Assert.StartsWith(_folder.PathOf("in/a.PGM") + ",", lines[1], StringComparison.Ordinal);
        Assert.StartsWith($"\"{_folder.PathOf("in/b, c.png")}\",", lines[2], StringComparison.Ordinal);
        float[] values = [.. pixels.Select(pixel => pixel / 255f)];
        Tensor<float> output = network.Predict(Tensor.Create(values, [1, SmallImages.Height, SmallImages.Width, 1]));
        AssertPredictions(output, ["0," + string.Join(',', lines[1].Split(',')[^2..])]);
        AssertPredictions(output, ["0," + string.Join(',', lines[2].Split(',')[^2..])]);
        string one = _folder.RunWell("predict", "@m.evenkeel", "@in/a.PGM").Output.Split('\n')[1];
        Assert.Equal(lines[1], one);
    }

    [Fact]
    public void Images_in_colour_are_read_with_the_channels_of_each_pixel_together()
    {
        const int Height = 2, Width = 3;
        var network = new Sequential(new Flatten(), new Linear(Height * Width * 3, 3, new RandomSource(0)));
        new ModelFile(network) { SampleShape = [Height, Width, 3] }.Save(_folder.PathOf("m.evenkeel"));
        byte[] pixels = [.. Enumerable.Range(0, Height * Width * 3).Select(i => (byte)(i * 11))];
        _folder.Write("a.png", ImageBytes.Png(Height, Width, 3, pixels));
        _folder.Write("b.ppm", ImageBytes.PortableMap(Height, Width, 3, pixels));
        float[] values = [.. pixels.Select(pixel => pixel / 255f)];
        Tensor<float> output = network.Predict(Tensor.Create(values, [1, Height, Width, 3]));
        foreach (string file in new[] { "@a.png", "@b.ppm" })
        {
            string line = _folder.RunWell("predict", "@m.evenkeel", file).Output.Split('\n')[1];
            AssertPredictions(output, ["0," + string.Join(',', line.Split(',')[^2..])]);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Images_are_given_to_a_network_with_its_channels_first_and_in_its_scale(bool isScaled)
    {
        const int Height = 2, Width = 4;
        var convolution = new Conv2d(3, 3, 2, new RandomSource(0));
        var network = new Sequential(convolution, new GlobalAveragePool2d());
        new ModelFile(network) { SampleShape = [3, Height, Width] }.Save(_folder.PathOf("m.evenkeel"));
        byte[] pixels = [.. Enumerable.Range(0, Height * Width * 3).Select(i => (byte)(i * 10))];
        _folder.Write("a.ppm", ImageBytes.PortableMap(Height, Width, 3, pixels));
        float[] mean = [0.5f, 0.25f, 0.1f], values = new float[pixels.Length];
        for (int i = 0; i < values.Length; i++)
        {
            (int pixel, int channel) = int.DivRem(i, 3);
            values[channel * Height * Width + pixel] = isScaled ? (pixels[i] / 255f - mean[channel]) / 0.25f : pixels[i] / 255f;
        }

        Tensor<float> output = network.Predict(Tensor.Create(values, [1, 3, Height, Width]));
        string[] scale = isScaled ? ["--pixel-mean", "0.5,0.25,0.1", "--pixel-std", "0.25"] : [];
        string line = _folder.RunWell(["predict", "@m.evenkeel", "@a.ppm", .. scale]).Output.Split('\n')[1];
        AssertPredictions(output, ["0," + string.Join(',', line.Split(',')[^2..])]);
    }

    [Fact]
    public void A_JPEG_file_is_read()
    {
        Sequential network = SmallModels.Network(inputs: 64);
        new ModelFile(network) { SampleShape = [8, 8, 1] }.Save(_folder.PathOf("m.evenkeel"));
        _folder.Write("a.jpg", ImageBytes.Jpeg());
        string line = _folder.RunWell("predict", "@m.evenkeel", "@a.jpg").Output.Split('\n')[1];
        float[] values = [.. Enumerable.Repeat(128 / 255f, 64)];
        AssertPredictions(network.Predict(Tensor.Create(values, [1, 8, 8, 1])), ["0," + string.Join(',', line.Split(',')[^2..])]);
    }

    [Fact]
    public void The_rows_of_a_table_are_scaled_by_the_model()
    {
        var scaler = new StandardScaler();
        scaler.Fit(Tensor.Create([1.0, 2, 3, 5, 8, 2], [3, 2]));
        Sequential network = SmallModels.Network(2);
        new ModelFile(network) { Scaler = new ScalerFile(scaler, ["x", "y"]), SampleShape = [2] }.Save(_folder.PathOf("m.evenkeel"));
        var text = new System.Text.StringBuilder("y,name,x\n");
        double[] values = new double[600];
        for (int row = 0; row < 300; row++)
        {
            (values[2 * row], values[2 * row + 1]) = (row / 10.0, -row);
            text.Append(CultureInfo.InvariantCulture, $"{values[2 * row + 1]},n,{values[2 * row]}\n");
        }

        _folder.Write("in.csv", text.ToString());
        string[] lines = _folder.RunWell("predict", "@m.evenkeel", "@in.csv").Output.Split('\n');
        Tensor<double> scaled = scaler.Transform(Tensor.Create(values, [300, 2]));
        AssertPredictions(network.Predict(Tensor.Create([.. scaled.Select(value => (float)value)], [300, 2])), lines[1..^1]);

        _folder.Write("other.csv", "x,z\n1,2\n");
        _folder.Run("predict", "@m.evenkeel", "@other.csv", "--out", "@o").AssertRefused(1, "no column 'y'", "m.evenkeel' scales");
        _folder.Write("gap.csv", "x,y\n1,2\n3,\n");
        _folder.Run("predict", "@m.evenkeel", "@gap.csv", "--out", "@o")
            .AssertRefused(1, "gap.csv', line 3, column y: a value is missing.");
        _folder.Write("word.csv", "x,y\n1,a\n");
        CommandRun word = _folder.Run("predict", "@m.evenkeel", "@word.csv", "--out", "@o");
        word.AssertRefused(1, "word.csv', line 2, column 2 (y): 'a'");
        Assert.DoesNotContain("--on-error", word.Error, StringComparison.Ordinal);
        _folder.Write("semicolons.csv", "x;y\n1,5;2\n");
        _folder.RunWell("predict", "@m.evenkeel", "@semicolons.csv", "--culture", "de-DE");
        _folder.Write("empty.csv", "");
        _folder.Run("predict", "@m.evenkeel", "@empty.csv", "--out", "@o").AssertRefused(1, "empty.csv' is empty");
        _folder.RunWell("predict", "@m.evenkeel", "@in.csv", "--out", "@classes.csv.gz");
        using (var reader = new StreamReader(new GZipStream(File.OpenRead(_folder.PathOf("classes.csv.gz")), CompressionMode.Decompress)))
        {
            Assert.Equal(lines, reader.ReadToEnd().Split('\n'));
        }

        _folder.Write("header.csv", "x,y\n");
        Assert.Equal("input,class,probability\n", _folder.RunWell("predict", "@m.evenkeel", "@header.csv").Output);
        Assert.DoesNotContain("o", _folder.Files());
    }

    [Fact]
    public void Without_a_shape_a_linear_network_takes_flat_inputs_and_others_are_refused()
    {
        var network = new Sequential(new Linear(Pixels, 3, new RandomSource(0)));
        ModelFile.Save(network, _folder.PathOf("flat.evenkeel"));
        byte[] images = SmallImages.Images(2);
        _folder.Write("images", images);
        string[] lines = _folder.RunWell("predict", "@flat.evenkeel", "@images").Output.Split('\n');
        float[] values = [.. images[^(2 * Pixels)..].Select(pixel => pixel / 255f)];
        AssertPredictions(network.Predict(Tensor.Create(values, [2, Pixels])), lines[1..^1]);
        _folder.Write("small.png", ImageBytes.Png(2, 2, 1, new byte[4]));
        _folder.Run("predict", "@flat.evenkeel", "@small.png", "--out", "@o")
            .AssertRefused(1, "2×2 pixels in grey, 4 values; the model takes 20");

        ModelFile.Save(ResidualNetwork.Create(1, 3, new RandomSource(0)), _folder.PathOf("cnn.evenkeel"));
        _folder.Run("predict", "@cnn.evenkeel", "@images", "--out", "@o").AssertRefused(1, "cnn.evenkeel': ", "shape of a sample");
    }

    [Fact]
    public void A_checkpoint_is_a_model_and_outputs_that_are_not_finite_are_pointed_out()
    {
        using var images = new SmallImages();
        Sequential network = SmallModels.Trained(images, _folder.PathOf("checkpoints"));
        string newest = Directory.GetFiles(_folder.PathOf("checkpoints")).Order(StringComparer.Ordinal).Last();
        ModelFile.Save(network, _folder.PathOf("m.evenkeel"));
        Assert.Equal(
            _folder.RunWell("predict", "@m.evenkeel", images.Folder).Output, _folder.RunWell("predict", newest, images.Folder).Output);

        network.NamedParameters().First(named => named.Path == "4.bias").Parameter.Value[1] = float.NaN;
        SmallModels.Save(network, _folder.PathOf("nan.evenkeel"));
        _folder.Write("a.png", ImageBytes.Png(SmallImages.Height, SmallImages.Width, 1, new byte[Pixels]));
        CommandRun run = _folder.RunWell("predict", "@nan.evenkeel", "@a.png", "--json");
        run.AssertOneErrorLine("1 of 1 predictions are not finite");
        Assert.Null(JsonNode.Parse(run.OutputLines[0])!["probability"]);
        Assert.EndsWith(",1,NaN\n", _folder.RunWell("predict", "@nan.evenkeel", "@a.png").Output, StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_model_does_not_take_is_one_line_and_no_file()
    {
        SmallModels.Save(SmallModels.Network(), _folder.PathOf("m.evenkeel"));
        byte[] png = ImageBytes.Png(SmallImages.Height, SmallImages.Width, 1, SmallImages.Images(1)[^Pixels..]);
        Refused(
            ImageBytes.Png(SmallImages.Height, SmallImages.Width, 3, new byte[3 * Pixels]), "in colour; the model takes images in grey");
        Refused(ImageBytes.Png(SmallImages.Height, SmallImages.Width, 4, new byte[4 * Pixels]), "in colour with transparency");
        Refused(ImageBytes.Png(5, 4, 1, new byte[Pixels]), "has 5×4 pixels (height×width); the model takes 4×5.");
        Refused(ImageBytes.Png(20_000, 20_000, 1, []), "has 20000×20000 pixels");
        Refused(ImageBytes.Png(100_000, 100_000, 1, []), "cannot be decoded");
        Refused(ImageBytes.Png(int.MaxValue, int.MaxValue, 1, []), "cannot be decoded");
        Refused(ImageBytes.Png(0, 0, 1, []), "cannot be decoded");
        Refused(ImageBytes.Png(SmallImages.Height, SmallImages.Width, 1, new byte[2 * Pixels], depth: 16), "16 bits per channel");
        Refused([], "is empty");
        Refused(png[..20], "cannot be decoded");
        Refused(png[..^20], "cannot be decoded");
        Refused(ImageBytes.Jpeg()[..30], "cannot be decoded");
        Refused(ImageBytes.Jpeg(), "has 8×8 pixels");
        Refused(ImageBytes.PortableMap(4, 5, 3, new byte[3 * Pixels]), "in colour");
        Refused(ImageBytes.PortableMap(4, 5, 1, new byte[Pixels - 1]), "has 19 bytes of pixels; expected 20");
        Refused("P2 5 4 255 0 0"u8.ToArray(), "kind P2; expected the binary P5 or P6");
        Refused("P5 5 4 65535\n"u8.ToArray(), "values up to 65535");
        Refused("P5 5 x"u8.ToArray(), "does not have width, height");
        Refused("P5 #"u8.ToArray(), "does not have width, height");
        Refused("no image"u8.ToArray(), "neither an IDX file nor a PNG");
        Refused([.. png, .. new byte[1 << 21]], "more than an image of the size");
        Refused(SmallImages.Images(2)[..^1], "ends after 39 of the 40 bytes");
        Refused([.. SmallImages.Header(0x08, 2, 3, 3), .. new byte[18]], "has 3×3 pixels");
        Refused(SmallImages.Labels(3), "has shape [3]; expected images [N, height, width]");
        Refused([0x1F, 0x8B, 1, 2, 3], "in'");
    }

    [Fact]
    public void Damaged_images_never_crash_the_command()
    {
        SmallModels.Save(SmallModels.Network(inputs: 64), _folder.PathOf("m.evenkeel"));
        new ModelFile(SmallModels.Network(inputs: 64)) { SampleShape = [8, 8, 1] }.Save(_folder.PathOf("m.evenkeel"));
        byte[][] images = [ImageBytes.Jpeg(), ImageBytes.Png(8, 8, 1, [.. Enumerable.Range(0, 64).Select(i => (byte)i)])];
        foreach (byte[] image in images)
        {
            for (int length = 1; length < image.Length; length++)
            {
                AssertEnds(image[..length]);
            }

            for (int position = 0; position < image.Length; position++)
            {
                byte[] changed = [.. image];
                changed[position] ^= 0x55;
                AssertEnds(changed);
            }
        }

        void AssertEnds(byte[] image)
        {
            _folder.Write("in", image);
            CommandRun run = _folder.Run("predict", "@m.evenkeel", "@in", "--out", "@o");
            if (run.ExitCode != 0)
            {
                run.AssertOneErrorLine("in'");
            }
        }
    }

    [Fact]
    public void Wrong_paths_and_command_lines_are_one_line()
    {
        SmallModels.Save(SmallModels.Network(), _folder.PathOf("m.evenkeel"));
        _folder.Write("a.png", ImageBytes.Png(SmallImages.Height, SmallImages.Width, 1, new byte[Pixels]));
        Directory.CreateDirectory(_folder.PathOf("none"));
        _folder.Run("predict", "@m.evenkeel", "@none").AssertRefused(1, "none' has no images", ".png");
        _folder.Run("predict", "@m.evenkeel", "@missing.png").AssertRefused(1, "missing.png");
        _folder.Run("predict", "@missing.evenkeel", "@a.png").AssertRefused(1, "missing.evenkeel");
        _folder.Run("predict", "@none", "@a.png").AssertRefused(1, "none': The path is a folder");
        _folder.Run("predict", "@a.png", "@a.png").AssertRefused(1, "a.png': ");
        _folder.Run("predict", "@m.evenkeel", "@a.png", "--out", "@a.png").AssertRefused(2, "which it would overwrite");
        _folder.Run("predict", "@m.evenkeel", "@a.png", "--out", "@m.evenkeel").AssertRefused(2, "which it would overwrite");
        _folder.Run("predict", "@m.evenkeel", "@a.png", "--out", "@no/o").AssertRefused(1, "no such folder");
        _folder.Run("predict", "@m.evenkeel", "@a.png", "--out", "@o.parquet").AssertRefused(2, "predictions are written as CSV or JSON");
        _folder.Run("predict", "@m.evenkeel", "@a.png", "--json", "--format", "csv").AssertRefused(2, "--json is --format jsonl");
        _folder.Run("predict", "@m.evenkeel", "@a.png", "--delimiter", ";").AssertRefused(2, "--delimiter applies to models with a scaler");
        _folder.Run("predict", "@m.evenkeel", "-").AssertRefused(2, "standard input (-) can be a CSV file");
        _folder.Run("predict", "-", "-").AssertRefused(2, "standard input (-) cannot be the model and the input");
        _folder.Run("predict", "@m.evenkeel").AssertRefused(2, "predict");
        new ModelFile(new Sequential(new Flatten(), new Linear(Pixels, 1, new RandomSource(0)))) { SampleShape = [4, 5, 1] }
            .Save(_folder.PathOf("one.evenkeel"));
        _folder.Run("predict", "@one.evenkeel", "@a.png").AssertRefused(1, "one.evenkeel': The network returns [1, 1] for a sample");
        new ModelFile(SmallModels.Network()) { SampleShape = [4, 4, 1] }.Save(_folder.PathOf("other.evenkeel"));
        _folder.Run("predict", "@other.evenkeel", "@a.png").AssertRefused(1, "does not take samples of shape [4, 4, 1]");
    }

    [Fact]
    public void A_network_that_normalizes_by_the_batch_refuses_a_single_sample()
    {
        Sequential network = SmallModels.Network();
        ((BatchNorm)network.Layers[2]).Source = StatisticsSource.Batch;
        SmallModels.Save(network, _folder.PathOf("m.evenkeel"));
        _folder.Write("in", SmallImages.Images(1));
        _folder.Run("predict", "@m.evenkeel", "@in", "--out", "@o").AssertRefused(1, "cannot predict a batch of 1 sample: ");
    }

    [Fact]
    public void A_pipe_is_refused()
    {
        if (!ShellRun.IsPossible)
        {
            return;
        }

        SmallModels.Save(SmallModels.Network(), _folder.PathOf("m.evenkeel"));
        _folder.Write("in", SmallImages.Images(1));
        CommandRun run = ShellRun.ToEnd($"cd {_folder.Path} && cat in | $evenkeel predict m.evenkeel /dev/stdin");
        run.AssertRefused(1, "'/dev/stdin' is a pipe");
    }

    [Fact]
    public void Cancelled_work_leaves_no_file()
    {
        SmallModels.Save(SmallModels.Network(), _folder.PathOf("m.evenkeel"));
        _folder.Write("images", SmallImages.Images(3));
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        CommandRun run = CommandRun.Of(
            ["predict", _folder.PathOf("m.evenkeel"), _folder.PathOf("images"), "--out", _folder.PathOf("o")], cancelled.Token);
        run.AssertRefused(1, "interrupted");
        Assert.Equal(["images", "m.evenkeel"], _folder.Files());
    }

    /// <summary>Compares the lines with a softmax in double precision.</summary>
    private static void AssertPredictions(Tensor<float> output, string[] lines)
    {
        int classes = (int)output.Lengths[1];
        Assert.Equal((int)output.Lengths[0], lines.Length);
        float[] logits = [.. output];
        for (int i = 0; i < lines.Length; i++)
        {
            double[] exponentials = [.. logits.Skip(i * classes).Take(classes).Select(z => Math.Exp(z))];
            int predicted = Array.IndexOf(exponentials, exponentials.Max());
            string[] cells = lines[i].Split(',');
            Assert.Equal(i.ToString(CultureInfo.InvariantCulture), cells[0]);
            Assert.Equal(predicted.ToString(CultureInfo.InvariantCulture), cells[1]);
            Assert.Equal(exponentials[predicted] / exponentials.Sum(), double.Parse(cells[2], CultureInfo.InvariantCulture), 1e-6);
        }
    }

    private void Refused(byte[] input, params string[] words)
    {
        _folder.Write("in", input);
        _folder.Run("predict", "@m.evenkeel", "@in", "--out", "@o").AssertRefused(1, words);
        Assert.Equal(["in", "m.evenkeel"], _folder.Files());
    }
}
