using System.Runtime.Intrinsics;

namespace Evenkeel.Numerics.Simd;

/// <summary>How a step of a loop touches memory: a whole vector, or the part of one that is left at the end.</summary>
/// <remarks>
/// Every loop over elements is written for 16 single-precision lanes, whatever the machine has: the runtime runs a
/// <see cref="Vector512{T}"/> as two or four narrower vectors where it must, with the same result in every lane. An
/// operator takes its lanes as a type parameter, so that its formula stands once and serves both the body of a loop
/// and its tail.
/// </remarks>
internal unsafe interface IVectorAccess
{
    /// <summary>Loads the lanes; those beyond the end read as zero.</summary>
    Vector512<float> Load(float* source);

    /// <summary>StoreMode the lanes; those beyond the end are left alone.</summary>
    void Store(float* destination, Vector512<float> value);

    /// <summary>Loads lanes of single precision in double precision; those beyond the end read as zero.</summary>
    Double16 Widen(float* source);

    /// <summary>Loads lanes in double precision; those beyond the end read as zero.</summary>
    Double16 Load(double* source);

    /// <summary>StoreMode lanes in double precision; those beyond the end are left alone.</summary>
    void Store(double* destination, Double16 value);

    /// <summary>Sets the lanes beyond the end to zero, so that a sum does not see them.</summary>
    Double16 Mask(Double16 value);

    /// <summary>Sets the lanes beyond the end to a value.</summary>
    Vector512<float> Mask(Vector512<float> value, float beyond);

    /// <inheritdoc cref="Mask(Vector512{float}, float)"/>
    Double16 Mask(Double16 value, double beyond);
}
