using Evenkeel.Numerics;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Channels;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Pointwise;

namespace Evenkeel.Normalization;

/// <summary>
/// Normalizes each set of a view by statistics that it is given, and differentiates that: what is left of a normalizer
/// once its policy has said which elements share statistics and where these come from.
/// </summary>
/// <remarks>
/// Forward, per set: x̂ = (x − mean)·inverse and y = scale·x̂ + shift. Backward, per set, with coefficients that the
/// policy finds from Σdy and Σdy·x̂: dx = a·dy − b − c·x̂.
/// </remarks>
internal sealed class SetNormalizer
{
    private double[] _mean = [];
    private double[] _inverse = [];
    private GradientSums[] _sums = [];
    private AlignedBuffer _center = AlignedBuffer.Of(0);
    private AlignedBuffer _scale = AlignedBuffer.Of(0);
    private AlignedBuffer _shift = AlignedBuffer.Of(0);
    private AlignedBuffer _gradientScale = AlignedBuffer.Of(0);
    private AlignedBuffer _deviationScale = AlignedBuffer.Of(0);
    private AlignedBuffer _zero = AlignedBuffer.Of(0);
    private int _sets;

    /// <summary>Makes room for this many sets; what was set before is lost where it grows.</summary>
    public void Resize(int sets)
    {
        _sets = sets;
        if (sets > _mean.Length)
        {
            _mean = new double[sets];
            _inverse = new double[sets];
            _sums = new GradientSums[sets];
            _center = AlignedBuffer.Of(sets);
            _scale = AlignedBuffer.Of(sets);
            _shift = AlignedBuffer.Of(sets);
            _gradientScale = AlignedBuffer.Of(sets);
            _deviationScale = AlignedBuffer.Of(sets);
            _zero = AlignedBuffer.Of(sets);
        }
    }

    /// <summary>Neighbouring sets, for a policy to say how they are normalized.</summary>
    public ForwardSets Forward(int first, int count) => new()
    {
        Mean = _mean.AsSpan(first, count),
        Inverse = _inverse.AsSpan(first, count),
        Center = _center.Span.Slice(first, count),
        Scale = _scale.Span.Slice(first, count),
        Shift = _shift.Span.Slice(first, count),
    };

    /// <summary>y = scale·x̂ + shift, and what follows in the same sweep.</summary>
    public void Normalize(ReadOnlySpan<float> x, ChannelView view, Epilogue epilogue, Span<float> y) =>
        Normalize(default(GivenCoefficients), x, view, epilogue, y);

    /// <summary>The same for sets of which a policy says how they are normalized once their moments are taken (<see cref="Forward"/>).</summary>
    public void Normalize<TBuilder>(ReadOnlySpan<float> x, ChannelView view, Span<Moments> moments, TBuilder policy, Epilogue epilogue, Span<float> y)
        where TBuilder : struct, ICoefficientBuilder => Normalize(new MomentsFirst<TBuilder>(x, moments, policy), x, view, epilogue, y);

    /// <summary>y = (scale·x̂ + shift)·weight + bias, with weights that differ from element to element of a set.</summary>
    public void Normalize(ReadOnlySpan<float> x, ChannelView view, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> y) =>
        Normalize(default(GivenCoefficients), x, view, weight, bias, y);

    /// <summary>The same for sets of which a policy says how they are normalized once their moments are taken (<see cref="Forward"/>).</summary>
    public void Normalize<TBuilder>(
        ReadOnlySpan<float> x,
        ChannelView view,
        Span<Moments> moments,
        TBuilder policy,
        ReadOnlySpan<float> weight,
        ReadOnlySpan<float> bias,
        Span<float> y)
        where TBuilder : struct, ICoefficientBuilder => Normalize(new MomentsFirst<TBuilder>(x, moments, policy), x, view, weight, bias, y);

    /// <summary>Takes the sums Σdy and Σdy·x̂ of each set.</summary>
    public void SumGradients(OutputGradient dy, ReadOnlySpan<float> x, ChannelView view) =>
        ChannelGradientSums.Compute(dy, x, view, _mean.AsSpan(0, _sets), _sums.AsSpan(0, _sets));

    /// <summary>Σdy and Σdy·(x − mean) of each set, for a policy to exchange with other replicas.</summary>
    public Span<GradientSums> Sums => _sums.AsSpan(0, _sets);

    /// <summary>Neighbouring sets whose sums are taken, for a policy to say how their gradients are.</summary>
    public BackwardSets Backward(int first, int count) => new(
        Forward(first, count), _sums.AsSpan(first, count), _gradientScale.Span.Slice(first, count), _deviationScale.Span.Slice(first, count));

    /// <summary>dx = a·dy − b − c·x̂.</summary>
    public void NormalizeGradient(ReadOnlySpan<float> dy, ReadOnlySpan<float> x, ChannelView view, Span<float> dx) =>
        ChannelAffineGradient.Apply(dy, x, view, GradientMap, dx);

    /// <summary>The same for sets of which a policy says how their gradient is once their sums are taken (<see cref="Backward"/>).</summary>
    public void NormalizeGradient<TBuilder>(OutputGradient dy, ReadOnlySpan<float> x, ChannelView view, TBuilder policy, Span<float> dx)
        where TBuilder : struct, ICoefficientBuilder
    {
        var source = new GradientSumsFirst<TBuilder>(dy, x, _mean.AsSpan(0, _sets), Sums, policy);
        ChannelAffineGradient.Apply(source, dy, x, view, GradientMap, dx);
    }

    /// <summary>
    /// dx = a·dy·weight − b − c·x̂, for sets of which a policy says how their gradient is once their sums are taken
    /// (<see cref="Backward"/>); and Σdy and Σdy·x̂ over the sets, for each position within a set, unless that is empty: the
    /// gradients of bias and weight.
    /// </summary>
    public void NormalizeGradient<TBuilder>(
        ReadOnlySpan<float> dy,
        ReadOnlySpan<float> x,
        ChannelView view,
        TBuilder policy,
        ReadOnlySpan<float> weight,
        Span<GradientSums> weightSums,
        Span<float> dx)
        where TBuilder : struct, ICoefficientBuilder
    {
        var source = new RowGradientSumsFirst<TBuilder>(
            dy, x, _mean.AsSpan(0, _sets), _inverse.AsSpan(0, _sets), weight, Sums, weightSums, policy);
        RowAffineGradient.Apply(source, dy, x, view, GradientMap, weight, dx);
    }

    /// <summary>dx = a·dy, for statistics that are constants: x has no part in it, and where it holds NaN it must have none.</summary>
    public void ScaleGradient(ReadOnlySpan<float> dy, ChannelView view, Span<float> dx)
    {
        ReadOnlySpan<float> zero = _zero.Span[.._sets];
        ChannelAffine.Apply(dy, view, zero, _gradientScale.Span[.._sets], zero, dx);
    }

    private void Normalize<TSource>(TSource source, ReadOnlySpan<float> x, ChannelView view, Epilogue epilogue, Span<float> y)
        where TSource : ICoefficientSource, allows ref struct =>
        ChannelAffine.Apply(source, x, view, _center.Span[.._sets], _scale.Span[.._sets], _shift.Span[.._sets], epilogue, y);

    private void Normalize<TSource>(
        TSource source, ReadOnlySpan<float> x, ChannelView view, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, Span<float> y)
        where TSource : ICoefficientSource, allows ref struct =>
        RowAffine.Apply(
            source, x, view, _center.Span[.._sets], _scale.Span[.._sets], _shift.Span[.._sets], weight, bias, y);

    private GradientCoefficients GradientMap => new()
    {
        Center = _center.Span[.._sets],
        Scale = _scale.Span[.._sets],
        GradientScale = _gradientScale.Span[.._sets],
        DeviationScale = _deviationScale.Span[.._sets],
        Shift = _shift.Span[.._sets],
    };
}
