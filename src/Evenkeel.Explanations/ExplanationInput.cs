using Evenkeel.Explanations.Graphs;

namespace Evenkeel.Explanations;

/// <summary>The numbers that an explanation starts from.</summary>
internal sealed record ExplanationInput
{
    /// <summary>The largest number of elements: all of them are shown.</summary>
    public const int MaxElements = 512;

    // Means 10 and 7, variances 16 and 9 per channel.
    private static readonly float[] DefaultValues = [2, 8, 8, 10, 1, 5, 6, 6, 16, 12, 10, 14, 11, 9, 10, 8];
    private static readonly float[] DefaultGradient = [1, 0, -1, 2, 0, 1, 1, -1, 0, 1, 2, -1, -1, 2, 0, 1];

    /// <summary>Creates an input.</summary>
    /// <param name="shape">[N, D], [N, C, L] or [N, C, H, W].</param>
    /// <param name="values">The elements, in the order of the shape.</param>
    /// <exception cref="ArgumentException">The shape has another number of axes, or an axis of length 0.</exception>
    /// <exception cref="ArgumentException">
    /// There are more elements than can be shown, or another number of them than the shape has, or a value is not finite.
    /// </exception>
    public ExplanationInput(int[] shape, float[] values)
    {
        Shape = shape;
        Values = values;
        if (shape.Length is < 2 or > 4 || shape.Any(length => length < 1))
        {
            throw new ArgumentException(
                $"The input has the shape [{string.Join(", ", shape)}]; an explanation takes [N, D], [N, C, L] or [N, C, H, W].");
        }

        if (values.Length > MaxElements)
        {
            throw new ArgumentException(
                Invariant($"The input has {values.Length} values; an explanation shows each of them, and takes at most {MaxElements}."));
        }

        OutputGradient = [.. values.Select((_, i) => DefaultGradient[i % DefaultGradient.Length])];
    }

    /// <summary>Two images of 2×2 pixels with two channels, γ = (2, 5) and β = (3, 8).</summary>
    public static ExplanationInput Images { get; } = new([2, 2, 2, 2], DefaultValues) { Weight = [2, 5], Bias = [3, 8] };

    /// <summary>The default numbers as two samples with four channels, in two groups.</summary>
    public static ExplanationInput FourChannels { get; } =
        new([2, 4, 2, 1], DefaultValues) { Weight = [2, 5, 1, 3], Bias = [3, 8, 0, -1], Groups = 2 };

    /// <summary>A table of four samples with three features, γ = (2, 5, 1) and β = (3, 8, 0).</summary>
    public static ExplanationInput Dense { get; } =
        new([4, 3], [2, 1, 100, 8, 5, 300, 12, 6, 200, 14, 10, 400]) { Weight = [2, 5, 1], Bias = [3, 8, 0] };

    /// <summary>The shape.</summary>
    public int[] Shape { get; }

    /// <summary>The elements.</summary>
    /// <exception cref="ArgumentException">There is another number of them than the shape has, or one is not finite.</exception>
    public float[] Values
    {
        get;

        // In double precision, since the product of a hostile shape is beyond that of whole numbers.
        init => field = value.Length == Shape.Aggregate(1.0, (product, length) => product * Math.Max(0, length))
            ? Finite(value, "input")
            : throw new ArgumentException(
                Invariant($"The input has {value.Length} values; the shape [{string.Join(", ", Shape)}] has another number of elements."));
    }

    /// <summary>γ, one per channel; 1 if null.</summary>
    public float[]? Weight { get; init; }

    /// <summary>β, one per channel; 0 if null.</summary>
    public float[]? Bias { get; init; }

    /// <summary>ε.</summary>
    public double Epsilon { get; init; } = 1e-5;

    /// <summary>dy, the gradient of the loss by the output.</summary>
    /// <exception cref="ArgumentException">There is another number of values than the input has, or one is not finite.</exception>
    public float[] OutputGradient
    {
        get;
        init => field = value.Length == Values.Length
            ? Finite(value, "dy")
            : throw new ArgumentException(
                Invariant($"dy has {value.Length} values; the output has {Values.Length}: it takes one per element."));
    }

    /// <summary>The number of groups of group normalization.</summary>
    /// <exception cref="ArgumentException">It is below 1.</exception>
    public int Groups
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentException(Invariant($"There are {value} groups; there must be at least 1."));
    } = 1;

    /// <summary>The probability with which dropout drops an element.</summary>
    public double Probability { get; init; } = 0.5;

    /// <summary>The seed of dropout's mask.</summary>
    public ulong Seed { get; init; }

    /// <summary>γ and β for a layout: one number per channel serves all elements of the channel.</summary>
    /// <exception cref="ArgumentException">There are other numbers of γ or β than the input needs, or one is not finite.</exception>
    public (double[] Weight, double[] Bias) Affine(ElementLayout layout)
    {
        return (Expand(Weight, 1, "gamma"), Expand(Bias, 0, "beta"));

        double[] Expand(float[]? values, float byDefault, string name)
        {
            int channels = Shape[1];
            float[] given = Finite(values ?? [.. Enumerable.Repeat(byDefault, channels)], name);
            if (given.Length == layout.Parameters)
            {
                return [.. given.Select(value => (double)value)];
            }

            return given.Length == channels
                ? [.. Enumerable.Range(0, layout.Parameters).Select(i => (double)given[i / (layout.Parameters / channels)])]
                : throw new ArgumentException(Invariant($"{name} has {given.Length} values; the input has {channels} channels."));
        }
    }

    private static float[] Finite(float[] values, string name)
    {
        int index = Array.FindIndex(values, value => !float.IsFinite(value));
        return index < 0
            ? values
            : throw new ArgumentException(
                Invariant($"Value {index + 1} of {name} is {values[index]} in single precision; an explanation takes finite numbers."));
    }
}
