using System.Numerics.Tensors;
using Evenkeel.Data;
using Evenkeel.Numerics;

namespace Evenkeel.Studies.Images;

/// <summary>Images of random characters, which need no file: an alphabet of ten classes, each written in several styles.</summary>
/// <remarks>
/// A style is a line through five points. An image shows one with its points moved, the whole sheared, scaled and shifted, at a random
/// width and brightness. Image i depends on i alone, so that its bits are those of every machine and every number of images.
/// </remarks>
internal static class SyntheticImages
{
    /// <summary>The name of the data.</summary>
    public const string Name = "synthetic";

    private const int Side = 28;
    private const int Classes = 10;
    private const int Styles = 3;
    private const int Points = 5;
    private const int NumbersPerImage = 32;

    private static readonly (float X, float Y)[][] Alphabet = CreateAlphabet();

    /// <summary>Creates the images.</summary>
    /// <param name="train">The number of images to train on.</param>
    /// <param name="test">The number of images to test on.</param>
    public static ImageClassificationData Create(int train = 60_000, int test = 10_000) =>
        new(Create(stream: 1, train), Create(stream: 2, test), Side, Side, 1, Classes);

    private static Dataset<int> Create(ulong stream, int count)
    {
        Tensor<float> images = Tensor.CreateFromShape<float>([count, Side, Side, 1]);
        Tensor<int> labels = Tensor.CreateFromShape<int>([count]);
        var random = new RandomStream(Seed: 0, stream);
        Parallelism.For(count, i => labels.Elements()[i] = Draw(random, i, images.Elements().Slice(i * Side * Side, Side * Side)));
        return new Dataset<int>(images, labels);
    }

    /// <summary>Draws an image, and returns its class.</summary>
    private static int Draw(RandomStream random, int image, Span<float> pixels)
    {
        Span<float> numbers = stackalloc float[NumbersPerImage];
        random.FillUniform(numbers, -1, 1, (ulong)image * NumbersPerImage);
        int character = (int)((numbers[0] + 1) / 2 * Classes), style = (int)((numbers[1] + 1) / 2 * Styles);
        ReadOnlySpan<(float X, float Y)> written = Alphabet[character * Styles + style];
        Span<(float X, float Y)> points = stackalloc (float, float)[Points];
        for (int i = 0; i < Points; i++)
        {
            // About the centre: moved on its own, then sheared and scaled, then shifted.
            float x = written[i].X + 2.2f * numbers[10 + 2 * i], y = written[i].Y + 2.2f * numbers[11 + 2 * i];
            points[i] = (
                (1 + 0.2f * numbers[2]) * x + 0.25f * numbers[3] * y + 2 * numbers[4] + Side / 2,
                0.25f * numbers[5] * x + (1 + 0.2f * numbers[6]) * y + 2 * numbers[7] + Side / 2);
        }

        float width = 1.8f + 0.5f * numbers[8], brightness = 0.85f + 0.15f * numbers[9];
        for (int i = 1; i < Points; i++)
        {
            DrawLine(points[i - 1], points[i], width, brightness, pixels);
        }

        return character;
    }

    /// <summary>Draws a line whose brightness falls off from its middle: b·(1 − d²/w²)² at the distance d.</summary>
    private static void DrawLine((float X, float Y) from, (float X, float Y) to, float width, float brightness, Span<float> pixels)
    {
        float dx = to.X - from.X, dy = to.Y - from.Y, length = dx * dx + dy * dy;
        (int top, int bottom) = Reach(from.Y, to.Y, width);
        (int left, int right) = Reach(from.X, to.X, width);
        for (int y = top; y <= bottom; y++)
        {
            for (int x = left; x <= right; x++)
            {
                float px = x - from.X, py = y - from.Y;
                float along = length > 0 ? Math.Clamp((px * dx + py * dy) / length, 0, 1) : 0;
                float ex = px - along * dx, ey = py - along * dy;
                float inside = MathF.Max(0, 1 - (ex * ex + ey * ey) / (width * width));
                ref float pixel = ref pixels[y * Side + x];
                pixel = MathF.Max(pixel, brightness * inside * inside);
            }
        }
    }

    /// <summary>The first and the last pixel that a line reaches along an axis.</summary>
    private static (int First, int Last) Reach(float from, float to, float width) => (
        (int)Math.Clamp(MathF.Min(from, to) - width, 0, Side - 1),
        (int)Math.Clamp(MathF.Max(from, to) + width, 0, Side - 1));

    private static (float X, float Y)[][] CreateAlphabet()
    {
        var random = new RandomStream(Seed: 0, Stream: 0);
        var numbers = new float[Classes * Styles * Points * 2];
        random.FillUniform(numbers, -9, 9);
        return [.. numbers.Chunk(2).Select(pair => (pair[0], pair[1])).Chunk(Points)];
    }
}
