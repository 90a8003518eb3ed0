using System.Globalization;
using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Channels;
using Evenkeel.Numerics.Optimizers;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Training;

/// <summary>Limits gradients before each step of the optimizer.</summary>
/// <remarks>
/// <para>
/// By norm: with n = √Σg² over all trainable parameters, each gradient is multiplied by min(1, maxNorm/(n + 10⁻⁶)). If n is not finite,
/// the gradients stay. By value: each element is limited to [−maxValue, maxValue].
/// </para>
/// <para>Source: Pascanu et al., "On the difficulty of training recurrent neural networks", 2013, in PyTorch's form.</para>
/// </remarks>
public sealed class GradientClipping
{
    private const double NormOffset = 1e-6;

    private readonly double? _maxNorm;
    private readonly float _maxValue;

    private GradientClipping(double? maxNorm, float maxValue)
    {
        _maxNorm = maxNorm;
        _maxValue = maxValue;
    }

    /// <summary>Limits the norm of all gradients together, which keeps their direction.</summary>
    /// <param name="maxNorm">The largest norm, finite and above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxNorm"/> is not finite, or not above 0.</exception>
    public static GradientClipping ByNorm(double maxNorm) => new(Check(maxNorm, nameof(maxNorm)), 0);

    /// <summary>Limits each element of each gradient.</summary>
    /// <param name="maxValue">The largest absolute value, finite and above 0.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="maxValue"/> is not finite, or not above 0.</exception>
    public static GradientClipping ByValue(double maxValue) => new(null, (float)Check(maxValue, nameof(maxValue)));

    /// <summary>Returns √Σg² over the gradients of all trainable parameters.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <exception cref="ArgumentNullException"><paramref name="parameters"/> is null.</exception>
    public static double Norm(IReadOnlyList<Parameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        double squares = 0;
        Span<Moments> moments = stackalloc Moments[1];
        for (int i = 0; i < parameters.Count; i++)
        {
            if (parameters[i] is { IsTrainable: true, Length: > 0 } parameter)
            {
                ChannelMoments.Compute<float>(parameter.Gradients, new ChannelView(1, 1, parameter.Length), moments);
                squares += moments[0].SumOfSquaredDeviations + moments[0].Count * moments[0].Mean * moments[0].Mean;
            }
        }

        return Math.Sqrt(squares);
    }

    /// <summary>Limits the gradients of all trainable parameters.</summary>
    /// <param name="parameters">The parameters.</param>
    /// <exception cref="ArgumentNullException"><paramref name="parameters"/> is null.</exception>
    public void Apply(IReadOnlyList<Parameter> parameters)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        double factor = 1;
        if (_maxNorm is { } maxNorm)
        {
            factor = maxNorm / (Norm(parameters) + NormOffset);
            if (!(factor < 1) || factor == 0)
            {
                return; // within the limit, or not finite
            }
        }

        for (int i = 0; i < parameters.Count; i++)
        {
            if (!parameters[i].IsTrainable)
            {
                continue;
            }

            if (_maxNorm is null)
            {
                GradientClamp.Apply(parameters[i].Gradients, _maxValue);
            }
            else
            {
                Scale.Apply(parameters[i].Gradients, factor, parameters[i].Gradients);
            }
        }
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture, $"{(_maxNorm is null ? "by value" : "by norm")} {_maxNorm ?? _maxValue}");

    private static double Check(double value, string name) => value > 0 && float.IsFinite((float)value)
        ? value
        : throw new ArgumentOutOfRangeException(name, value, "The limit must be finite and above 0.");
}
