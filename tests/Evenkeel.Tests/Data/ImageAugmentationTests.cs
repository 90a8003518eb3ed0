using System.Numerics.Tensors;
using Evenkeel.Data;
using Evenkeel.Layers;
using Evenkeel.Networks;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Pointwise;
using Evenkeel.Tests.Support;
using Evenkeel.Training;

namespace Evenkeel.Tests.Data;

[Collection(nameof(ProcessWideState))]
public class ImageAugmentationTests
{
    private const int Height = 5, Width = 4, Channels = 2, Pixels = Height * Width;
    private static readonly ImageAugmentation Both = new() { Padding = 2, Mirror = true };

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_shifted_image_is_what_the_formula_says(int channels)
    {
        float[] x = TestData.Uniform(Pixels * channels, seed: 1), y = new float[x.Length];
        foreach (bool mirrored in new[] { false, true })
        {
            for (int down = -Height - 1; down <= Height + 1; down++)
            {
                for (int right = 1 - Width; right < Width; right++)
                {
                    Array.Fill(y, float.NaN);
                    ImageShift.Copy(x, Width, channels, down, right, mirrored, y);
                    Assert.Equal(Shifted(x, channels, down, right, mirrored), y);
                }
            }
        }
    }

    [Fact]
    public void Every_shift_and_mirroring_is_about_as_frequent_as_any_other()
    {
        const int Samples = 50 * 500;
        var image = TestData.Uniform(Pixels * Channels, seed: 1);
        var data = Images(Samples, _ => image);
        var counts = new Dictionary<string, int>();
        foreach (float[] changed in Epoch(new Batches<int>(data, Samples, shuffleSeed: 5, augmentation: Both), 1).Values)
        {
            string key = string.Join(' ', changed);
            counts[key] = counts.GetValueOrDefault(key) + 1;
        }

        // 500 of each are expected, give or take 22.
        Assert.Equal(50, counts.Count);
        Assert.All(counts.Values, count => Assert.InRange(count, 390, 610));
        for (int i = 0; i < 50; i++)
        {
            Assert.Contains(string.Join(' ', Shifted(image, Channels, i / 2 / 5 - 2, i / 2 % 5 - 2, i % 2 == 1)), counts.Keys);
        }
    }

    [Fact]
    public void Cropping_alone_does_not_mirror_and_mirroring_alone_does_not_shift()
    {
        var image = TestData.Uniform(Pixels * Channels, seed: 1);
        var data = Images(500, _ => image);

        Assert.Equal(9, Kinds(new ImageAugmentation { Padding = 1 }));
        Assert.Equal(2, Kinds(new ImageAugmentation { Mirror = true }));
        Assert.Equal(1, Kinds(new ImageAugmentation()));

        int Kinds(ImageAugmentation augmentation) => Epoch(new Batches<int>(data, 100, augmentation: augmentation), 0)
            .Values.Select(changed => string.Join(' ', changed)).Distinct().Count();
    }

    [Fact]
    public void What_happens_to_a_sample_depends_on_the_seed_the_epoch_and_its_number_alone()
    {
        Dataset<int> data = Images(60, i => TestData.Uniform(Pixels * Channels, i));
        var batches = new Batches<int>(data, 60, shuffleSeed: 5, augmentation: Both);
        Dictionary<int, float[]> first = Epoch(batches, 1), second = Epoch(batches, 2);

        AssertSame(first, Epoch(new Batches<int>(data, 7, shuffleSeed: 5, augmentation: Both), 1));
        AssertSame(second, Epoch(new Batches<int>(data, 7, shuffleSeed: 5, augmentation: Both), 2));
        AssertSame(Epoch(new Batches<int>(data, 60, shuffleSeed: 0, augmentation: Both), 3),
            Epoch(new Batches<int>(data, 9, augmentation: Both), 3));
        ProcessWideState.WithThreads(1, () => AssertSame(first, Epoch(batches, 1)));
        Assert.InRange(Differing(first, second), 50, 60);
        Assert.InRange(Differing(first, Epoch(new Batches<int>(data, 60, shuffleSeed: 6, augmentation: Both), 1)), 50, 60);
    }

    [Fact]
    public void Training_sees_changed_images_and_measuring_those_of_the_dataset()
    {
        Dataset<int> data = Images(12, i => TestData.Uniform(Pixels * Channels, i));
        float[] before = data.Inputs.Elements().ToArray();
        double plain = Loss(null), augmented = Loss(Both);

        Assert.NotEqual(plain, augmented);
        Assert.Equal(augmented, Loss(Both));
        Assert.Equal(before, data.Inputs.Elements());
        Assert.Equal(Trainer().Evaluate(data), Trainer().Evaluate(data));

        double Loss(ImageAugmentation? augmentation) =>
            Trainer().Fit(data, new FitOptions { BatchSize = 5, Augmentation = augmentation }).Single().Loss;
        static Trainer<int> Trainer() => new(
            new Sequential(new Flatten(), new Linear(Pixels * Channels, 12, new RandomSource(1))), new SoftmaxCrossEntropy(), new Sgd(0.1));
    }

    [Fact]
    public void An_epoch_allocates_nothing()
    {
        var batches = new Batches<int>(Images(100, i => TestData.Uniform(Pixels * Channels, i)), 32, shuffleSeed: 5, augmentation: Both);
        int epoch = 0;

        Assert.Equal(0, ProcessWideState.AllocatedBytes(() =>
        {
            batches.Start(epoch++);
            while (batches.MoveNext())
            {
                _ = batches.Inputs;
            }
        }));
    }

    [Fact]
    public void Refuses_what_are_no_images_and_a_padding_that_would_leave_nothing_of_them()
    {
        Dataset<int> images = Images(3, _ => new float[Pixels * Channels]);
        var rows = new Dataset<int>(Tensor.CreateFromShape<float>([3, 8]), Tensor.CreateFromShape<int>([3]));

        Refusals.AssertRefused<ArgumentException>(() =>
            new Batches<int>(rows, 2, augmentation: Both), "augmentation", "[8]", "[height, width, channels]");
        Refusals.AssertRefused<ArgumentException>(
            () => new Batches<int>(images, 2, augmentation: new ImageAugmentation { Padding = 4 }), "augmentation", "padding is 4", "5×4");
        Refusals.AssertRefused<ArgumentException>(
            () => new Batches<int>(images, 2, augmentation: new ImageAugmentation { Padding = -1 }), "augmentation", "padding is -1");
        Assert.Throws<ArgumentException>("augmentation", () => new Trainer<int>(new Flatten(), new SoftmaxCrossEntropy(), new Sgd(0.1))
            .Fit(rows, new FitOptions { Augmentation = Both }));
    }

    private static float[] Shifted(float[] x, int channels, int down, int right, bool mirrored)
    {
        var y = new float[x.Length];
        for (int i = 0; i < Height; i++)
        {
            for (int j = 0; j < Width; j++)
            {
                int row = i - down, column = (mirrored ? Width - 1 - j : j) - right;
                for (int c = 0; c < channels && row is >= 0 and < Height && column is >= 0 and < Width; c++)
                {
                    y[(i * Width + j) * channels + c] = x[(row * Width + column) * channels + c];
                }
            }
        }

        return y;
    }

    /// <summary>Images whose labels are their numbers.</summary>
    private static Dataset<int> Images(int count, Func<int, float[]> image) => new(
        Tensor.Create(Enumerable.Range(0, count).SelectMany(image).ToArray(), [count, Height, Width, Channels]),
        Tensor.Create(Enumerable.Range(0, count).ToArray(), [count]));

    /// <summary>What an epoch makes of each sample.</summary>
    private static Dictionary<int, float[]> Epoch(Batches<int> batches, int epoch)
    {
        var images = new Dictionary<int, float[]>();
        batches.Start(epoch);
        while (batches.MoveNext())
        {
            ReadOnlySpan<int> labels = batches.Targets.Elements();
            for (int i = 0; i < labels.Length; i++)
            {
                images.Add(labels[i], batches.Inputs.Elements().Slice(i * Pixels * Channels, Pixels * Channels).ToArray());
            }
        }

        return images;
    }

    private static void AssertSame(Dictionary<int, float[]> expected, Dictionary<int, float[]> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        Assert.All(expected, image => Assert.Equal(image.Value, actual[image.Key]));
    }

    private static int Differing(Dictionary<int, float[]> one, Dictionary<int, float[]> other) =>
        one.Count(image => !image.Value.SequenceEqual(other[image.Key]));
}
