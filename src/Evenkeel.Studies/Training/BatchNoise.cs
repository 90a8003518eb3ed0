using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics;

namespace Evenkeel.Studies.Training;

/// <summary>
/// Noise like that of a random batch's statistics on normalized values: y = (x − a)/√(v + ε), with a and v anew at each training step.
/// </summary>
/// <remarks>
/// For each unit, a is the mean and v the population variance of m numbers from a standard normal distribution, as those of a batch of m
/// would be if the units were independent and normal. All rows of a step have the same a and v. In inference y = x.
/// </remarks>
/// <param name="batchSize">m.</param>
/// <param name="random">The source of random numbers: the layer takes one stream.</param>
internal sealed class BatchNoise(int batchSize, RandomSource random) : Layer
{
    /// <summary>ε as in batch normalization.</summary>
    private const double Epsilon = 1e-5;

    private readonly RandomStream _stream = random.Next();
    private float[] _numbers = [];
    private float[] _shifts = [];
    private float[] _scales = [];
    private ulong _steps;

    /// <inheritdoc/>
    protected override Tensor<float> ForwardCore(Tensor<float> input, Pass pass)
    {
        Draw((int)input.Lengths[1], pass);
        Tensor<float> output = OutputMemory.Get(input.Lengths);
        ReadOnlySpan<float> from = input.Elements();
        Span<float> to = output.Elements();
        for (int row = 0; row < to.Length; row += _scales.Length)
        {
            // Not in one call, which might round once on one machine and twice on another.
            Span<float> values = to.Slice(row, _scales.Length);
            TensorPrimitives.Subtract(from.Slice(row, _scales.Length), _shifts, values);
            TensorPrimitives.Multiply(values, _scales, values);
        }

        return output;
    }

    /// <inheritdoc/>
    protected override Tensor<float> BackwardCore(Tensor<float> outputGradient)
    {
        Tensor<float> gradient = InputGradients.Get(outputGradient.Lengths);
        ReadOnlySpan<float> from = outputGradient.Elements();
        Span<float> to = gradient.Elements();
        for (int row = 0; row < to.Length; row += _scales.Length)
        {
            TensorPrimitives.Multiply(from.Slice(row, _scales.Length), _scales, to.Slice(row, _scales.Length));
        }

        return gradient;
    }

    /// <summary>Draws the statistics of a step.</summary>
    private void Draw(int units, Pass pass)
    {
        if (_scales.Length != units)
        {
            (_shifts, _scales, _numbers) = (new float[units], new float[units], new float[units * batchSize]);
        }

        if (pass == Pass.Inference)
        {
            _shifts.AsSpan().Clear();
            _scales.AsSpan().Fill(1);
            return;
        }

        // A step has 2³² positions of its own, more than it draws numbers.
        _stream.FillNormal(_numbers, 0, 1, start: _steps++ << 32);
        for (int unit = 0; unit < units; unit++)
        {
            Moments moments = Moments.Empty;
            foreach (float number in _numbers.AsSpan(unit * batchSize, batchSize))
            {
                moments = Moments.Merge(moments, Moments.Of(number));
            }

            _shifts[unit] = (float)moments.Mean;
            _scales[unit] = (float)(1 / Math.Sqrt(moments.PopulationVariance + Epsilon));
        }
    }
}
