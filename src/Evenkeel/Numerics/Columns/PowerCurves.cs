using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Columns;

/// <summary>The parameters of the Yeo–Johnson curve of each column, relative to a pivot, as kernels take them.</summary>
/// <remarks>
/// <para>
/// With E(p, r) = (eᵖʳ − 1)/p, or r for p = 0, the transform is ψ(x) = E(λ, ln(1 + x)) for x ≥ 0 and −E(2 − λ, ln(1 − x)) for
/// x &lt; 0. The variance of ψ(x) would cancel, or overflow, for data that are large relative to their spread. Kernels therefore
/// compute the curve around a pivot m of sign σ, scaled by its slope there; with a = |x| and b = |m|,
/// </para>
/// <para>d(x) = (ψ(x) − ψ(m))/(1 + b)ᵖ, with the power p = λ where m ≥ 0 and 2 − λ where m &lt; 0:</para>
/// <para>on the pivot's side of zero, d = σ·E(p, ln((1 + a)/(1 + b)));</para>
/// <para>beyond zero, d = −σ·(E(2 − p, ln(1 + a))·(1 + b)⁻ᵖ + E(−p, ln(1 + b))).</para>
/// <para>With m = 0, d is ψ. Kernels return (d − mean)/deviation.</para>
/// </remarks>
internal sealed class PowerCurves
{
    private const int Parameters = 8;

    /// <summary>Creates straight curves, λ = 1.</summary>
    /// <param name="pivots">The pivot of each column.</param>
    public PowerCurves(ReadOnlySpan<double> pivots)
    {
        // Kernels load whole vectors, at the last columns too.
        Stride = pivots.Length + FullVector.Count - 1;
        Values = new double[Parameters * Stride];
        Deviation.Fill(1);
        for (int c = 0; c < pivots.Length; c++)
        {
            Sign[c] = pivots[c] < 0 ? -1 : 1;
            Distance[c] = Math.Abs(pivots[c]);
            SetLambda(c, 1);
        }
    }

    /// <summary>All parameters: σ of each column, then b, and so on in the order of the properties below.</summary>
    public double[] Values { get; }

    /// <summary>The distance in <see cref="Values"/> from one parameter to the next.</summary>
    public int Stride { get; }

    /// <summary>σ.</summary>
    public Span<double> Sign => Parameter(0);

    /// <summary>b.</summary>
    public Span<double> Distance => Parameter(1);

    /// <summary>p.</summary>
    public Span<double> Power => Parameter(2);

    /// <summary>2 − p.</summary>
    public Span<double> PowerBeyond => Parameter(3);

    /// <summary>(1 + b)⁻ᵖ.</summary>
    public Span<double> FactorBeyond => Parameter(4);

    /// <summary>E(−p, ln(1 + b)).</summary>
    public Span<double> OffsetBeyond => Parameter(5);

    /// <summary>The mean that is subtracted from d; 0 for none.</summary>
    public Span<double> Mean => Parameter(6);

    /// <summary>The standard deviation by which the difference is divided; 1 for none.</summary>
    public Span<double> Deviation => Parameter(7);

    /// <summary>Sets λ of a column.</summary>
    public void SetLambda(int column, double lambda)
    {
        double power = Sign[column] > 0 ? lambda : 2 - lambda;
        SetPowers(column, power, 2 - power);
    }

    /// <summary>Sets the curve of a column to the signed logarithm: d(x) = ±ln(1 + |x|) − ±ln(1 + b).</summary>
    public void SetLogarithm(int column) => SetPowers(column, 0, 0);

    private Span<double> Parameter(int number) => Values.AsSpan(number * Stride, Stride);

    private void SetPowers(int column, double power, double beyond)
    {
        double logarithm = ElementaryFunctions.Log1p(Distance[column]);
        Power[column] = power;
        PowerBeyond[column] = beyond;
        FactorBeyond[column] = ElementaryFunctions.Exp(-power * logarithm);
        OffsetBeyond[column] = power == 0 ? logarithm : ElementaryFunctions.Expm1(-power * logarithm) / -power;
    }
}
