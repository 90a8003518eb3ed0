using System.Runtime.Intrinsics;

namespace Evenkeel.Numerics.Simd;

/// <summary>Fused multiply-add as a type parameter, for functions with many of them: the branch is taken once per call.</summary>
/// <remarks>
/// Each call of <see cref="Fused"/> counts towards the limit of what the JIT inlines into a method. With a dozen of them in a function,
/// large kernels took up to a tenth longer.
/// </remarks>
internal interface IFused
{
    /// <summary>left·right + addend, rounded once.</summary>
    static abstract Vector512<double> MultiplyAdd(Vector512<double> left, Vector512<double> right, Vector512<double> addend);
}
