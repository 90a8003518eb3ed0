using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Simd;
using static System.FormattableString;

namespace Evenkeel.Numerics.Pointwise;

/// <summary>Computes the softmax cross-entropy over the rows of a matrix.</summary>
internal static unsafe class SoftmaxRows
{
    /// <summary>
    /// Returns the mean over rows of log Σⱼ e^zⱼ − z[label], and writes (softmax(z) − onehot(label))/rows into
    /// <paramref name="gradient"/>.
    /// </summary>
    /// <remarks>
    /// Each row is shifted by its maximum, so that no exponential overflows. The loss of a row is computed as
    /// log Σⱼ e^(zⱼ − max) − (z[label] − max), which keeps its digits where the label is the maximum.
    /// </remarks>
    public static double CrossEntropy(ReadOnlySpan<float> logits, ReadOnlySpan<int> labels, Span<float> gradient)
    {
        int rows = labels.Length;
        int classes = logits.Length / rows;
        SpanChecks.Length(logits, rows * classes);
        SpanChecks.Length<float>(gradient, logits.Length);
        CheckLabels(labels, classes);
        double loss = 0;
        fixed (float* z = logits, dz = gradient)
        {
            for (int row = 0; row < rows; row++)
            {
                float* zRow = z + (nint)row * classes;
                float* dzRow = dz + (nint)row * classes;
                float max = Maximum(zRow, classes);
                double sum = Exponentials(zRow, dzRow, classes, max);
                Scale(dzRow, classes, (float)(1 / (sum * rows)));
                dzRow[labels[row]] -= 1f / rows;
                loss += ElementaryFunctions.Log(sum) - ((double)zRow[labels[row]] - max);
            }
        }

        return loss / rows;
    }

    /// <summary>Writes softmax(z) = e^zⱼ/Σ e^zᵢ of one row into <paramref name="probabilities"/>.</summary>
    public static void Apply(ReadOnlySpan<float> logits, Span<float> probabilities)
    {
        SpanChecks.Length<float>(probabilities, logits.Length);
        fixed (float* z = logits, p = probabilities)
        {
            double sum = Exponentials(z, p, logits.Length, Maximum(z, logits.Length));
            Scale(p, logits.Length, (float)(1 / sum));
        }
    }

    /// <summary>Writes y·(dy − Σ dy·y) of one row, given y = softmax(x), into <paramref name="dx"/>.</summary>
    public static void Gradient(ReadOnlySpan<float> dy, ReadOnlySpan<float> y, Span<float> dx)
    {
        SpanChecks.Length(y, dy.Length);
        SpanChecks.Length<float>(dx, dy.Length);
        double mean = 0;
        for (int i = 0; i < dy.Length; i++)
        {
            mean += (double)dy[i] * y[i];
        }

        for (int i = 0; i < dy.Length; i++)
        {
            dx[i] = y[i] * (dy[i] - (float)mean);
        }
    }

    /// <summary>Counts the rows whose largest element is that of the label; NaN counts as the largest.</summary>
    public static int CountCorrect(ReadOnlySpan<float> logits, ReadOnlySpan<int> labels, int? ignored = null)
    {
        int classes = logits.Length / labels.Length;
        SpanChecks.Length(logits, labels.Length * classes);
        int correct = 0;
        for (int row = 0; row < labels.Length; row++)
        {
            int predicted = TensorPrimitives.IndexOfMax(logits.Slice(row * classes, classes));
            correct += predicted == labels[row] && labels[row] != ignored ? 1 : 0;
        }

        return correct;
    }

    /// <summary>Throws if a label is not from 0 to <paramref name="classes"/> − 1, nor the one that marks ignored samples.</summary>
    public static void CheckLabels(ReadOnlySpan<int> labels, int classes, string name = "target", int? ignored = null)
    {
        int wrong = labels.IndexOfAnyExceptInRange(0, classes - 1);
        while (wrong >= 0 && labels[wrong] == ignored)
        {
            int next = labels[(wrong + 1)..].IndexOfAnyExceptInRange(0, classes - 1);
            wrong = next < 0 ? -1 : wrong + 1 + next;
        }

        if (wrong >= 0)
        {
            throw new ArgumentException(
                Invariant($"Label {labels[wrong]} of sample {wrong} is not one of the {classes} classes, 0 to {classes - 1}."),
                name);
        }
    }

    /// <summary>The largest element of a row, or NaN.</summary>
    internal static float Maximum(float* row, int length)
    {
        // The order of comparisons does not matter; a NaN anywhere wins, and makes the row's loss NaN.
        float max = row[0];
        for (int i = 1; i < length; i++)
        {
            max = MathF.Max(max, row[i]);
        }

        return max;
    }

    /// <summary>Writes e^(z − max) of a row, and returns its sum.</summary>
    internal static double Exponentials(float* row, float* result, int length, float max)
    {
        Vector512<float> shift = Vector512.Create(max);
        Double16 sum = default;
        int i = 0;
        for (; i <= length - FullVector.Count; i += FullVector.Count)
        {
            Add(default(FullVector), row + i, result + i, shift, ref sum);
        }

        if (i < length)
        {
            Add(new MaskedVector(length - i), row + i, result + i, shift, ref sum);
        }

        return sum.Sum();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TAccess>(TAccess access, float* row, float* result, Vector512<float> shift, ref Double16 sum)
        where TAccess : struct, IVectorAccess
    {
        Vector512<float> exponential = ElementaryFunctions.Exp(access.Load(row) - shift);
        access.Store(result, exponential);
        sum += access.Mask(Double16.Widen(exponential));
    }

    private static void Scale(float* row, int length, float factor)
    {
        for (int i = 0; i < length; i++)
        {
            row[i] *= factor;
        }
    }
}
