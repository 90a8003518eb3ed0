using Evenkeel.Numerics;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Channels;

namespace Evenkeel.Normalization;

/// <summary>The statistics, sums and coefficients of each set of a pass, in memory that is reused.</summary>
internal sealed class SetBuffers
{
    private Moments[] _moments = [];
    private double[] _means = [];
    private double[] _invStds = [];
    private GradientSums[] _sums = [];
    private AlignedBuffer _center = AlignedBuffer.Of(0);
    private AlignedBuffer _scale = AlignedBuffer.Of(0);
    private AlignedBuffer _shift = AlignedBuffer.Of(0);
    private AlignedBuffer _gradientScale = AlignedBuffer.Of(0);
    private AlignedBuffer _deviationScale = AlignedBuffer.Of(0);
    private AlignedBuffer _zero = AlignedBuffer.Of(0);

    /// <summary>The number of sets.</summary>
    public int Sets { get; private set; }

    /// <summary>The mean of each set.</summary>
    public Span<double> Means => _means.AsSpan(0, Sets);

    /// <summary>The factor of x − mean of each set, such as 1/√(σ² + ε).</summary>
    public Span<double> InvStds => _invStds.AsSpan(0, Sets);

    /// <summary>Σdy and Σdy·(x − mean) of each set.</summary>
    public Span<GradientSums> Sums => _sums.AsSpan(0, Sets);

    /// <summary>The value subtracted from x, per set.</summary>
    public Span<float> Center => _center.Span[..Sets];

    /// <summary>The factor of x − center, per set.</summary>
    public Span<float> Scale => _scale.Span[..Sets];

    /// <summary>The value added, per set.</summary>
    public Span<float> Shift => _shift.Span[..Sets];

    /// <summary>The factor of dy, per set.</summary>
    public Span<float> GradientScale => _gradientScale.Span[..Sets];

    /// <summary>The factor of (x − center)·scale in the gradient, per set.</summary>
    public Span<float> DeviationScale => _deviationScale.Span[..Sets];

    /// <summary>The coefficients of the forward pass.</summary>
    public ChannelAffine.Coefficients Affine => new(Center, Scale, Shift);

    /// <summary>The coefficients of the backward pass.</summary>
    public ChannelAffineGradient.Coefficients AffineGradient => new()
    {
        Center = Center,
        Scale = Scale,
        GradientScale = GradientScale,
        DeviationScale = DeviationScale,
        Shift = Shift,
    };

    /// <summary>The coefficients of a backward pass in which statistics are constants: dx = a·dy.</summary>
    public ChannelAffine.Coefficients GradientFactor => new(_zero.Span[..Sets], GradientScale, _zero.Span[..Sets]);

    /// <summary>Makes room for a number of sets; the contents are lost if it grows.</summary>
    public void Resize(int sets)
    {
        Sets = sets;
        if (sets > _means.Length)
        {
            _means = new double[sets];
            _invStds = new double[sets];
            _sums = new GradientSums[sets];
            _center = AlignedBuffer.Of(sets);
            _scale = AlignedBuffer.Of(sets);
            _shift = AlignedBuffer.Of(sets);
            _gradientScale = AlignedBuffer.Of(sets);
            _deviationScale = AlignedBuffer.Of(sets);
            _zero = AlignedBuffer.Of(sets);
        }
    }

    /// <summary>Makes room for the moments of a number of sets.</summary>
    public Span<Moments> RentMoments(int sets)
    {
        if (_moments.Length < sets)
        {
            _moments = new Moments[sets];
        }

        return _moments.AsSpan(0, sets);
    }

    /// <summary>The moments of a range of sets, as last computed; empty if none were.</summary>
    public ReadOnlySpan<Moments> Moments(int first, int count) => first + count <= _moments.Length ? _moments.AsSpan(first, count) : [];
}
