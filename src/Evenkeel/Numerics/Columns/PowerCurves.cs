using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Columns;

/// <summary>The Yeo–Johnson curve of each column, relative to a pivot of the column's own: what kernels need of it.</summary>
/// <remarks>
/// <para>
/// With E(p, r) = (eᵖʳ − 1)/p, and r where p = 0, the transform is ψ(x) = E(λ, ln(1 + x)) for x ≥ 0 and −E(2 − λ, ln(1 − x)) for x &lt; 0.
/// Computed from ψ, variances of data that are large beside their spread would cancel, and overflow. So what is computed is the
/// curve around a pivot m of sign σ, with a = |x|, b = |m|, scaled by its slope,
/// </para>
/// <para>d(x) = (ψ(x) − ψ(m))/(1 + b)ᵖ, with the power p = λ where m ≥ 0 and 2 − λ where m &lt; 0:</para>
/// <para>on the pivot's side of zero, d = σ·E(p, ln((1 + a)/(1 + b)));</para>
/// <para>beyond zero, d = −σ·(E(2 − p, ln(1 + a))·(1 + b)⁻ᵖ + E(−p, ln(1 + b))).</para>
/// <para>With m = 0, d is ψ. Kernels return (d − mean)/deviation.</para>
/// </remarks>
internal sealed class PowerCurves
{
    /// <summary>Makes straight curves, λ = 1.</summary>
    /// <param name="pivots">The pivot of each column.</param>
    public PowerCurves(ReadOnlySpan<double> pivots)
    {
        // Kernels load whole vectors, also of the last columns.
        int columns = pivots.Length, length = columns + FullVector.Count - 1;
        (Sign, Distance, Power, PowerBeyond) = (new double[length], new double[length], new double[length], new double[length]);
        (FactorBeyond, OffsetBeyond, Mean, Deviation) = (new double[length], new double[length], new double[length], new double[length]);
        Array.Fill(Deviation, 1);
        for (int c = 0; c < columns; c++)
        {
            Sign[c] = pivots[c] < 0 ? -1 : 1;
            Distance[c] = Math.Abs(pivots[c]);
            SetLambda(c, 1);
        }
    }

    /// <summary>σ.</summary>
    public double[] Sign { get; }

    /// <summary>b.</summary>
    public double[] Distance { get; }

    /// <summary>p.</summary>
    public double[] Power { get; }

    /// <summary>2 − p.</summary>
    public double[] PowerBeyond { get; }

    /// <summary>(1 + b)⁻ᵖ.</summary>
    public double[] FactorBeyond { get; }

    /// <summary>E(−p, ln(1 + b)).</summary>
    public double[] OffsetBeyond { get; }

    /// <summary>The mean of d, which is subtracted from it; 0 where it is not.</summary>
    public double[] Mean { get; }

    /// <summary>The deviation of d, which the difference is divided by; 1 where it is not.</summary>
    public double[] Deviation { get; }

    /// <summary>Sets λ of a column.</summary>
    public void SetLambda(int column, double lambda)
    {
        double power = Sign[column] > 0 ? lambda : 2 - lambda;
        SetPowers(column, power, 2 - power);
    }

    /// <summary>Makes the curve of a column that of the signed logarithm: d(x) = ±ln(1 + |x|) − ±ln(1 + b).</summary>
    public void SetLogarithm(int column) => SetPowers(column, 0, 0);

    private void SetPowers(int column, double power, double beyond)
    {
        double logarithm = ElementaryFunctions.Log1p(Distance[column]);
        Power[column] = power;
        PowerBeyond[column] = beyond;
        FactorBeyond[column] = ElementaryFunctions.Exp(-power * logarithm);
        OffsetBeyond[column] = power == 0 ? logarithm : ElementaryFunctions.Expm1(-power * logarithm) / -power;
    }
}
