using System.Runtime.Intrinsics;

namespace Evenkeel.Numerics.Simd;

/// <summary>The access of a loop to memory: a full vector, or the part of one that remains at the end.</summary>
/// <remarks>
/// Every loop over elements is written for 16 single-precision lanes: on machines with narrower vectors, the runtime splits a
/// <see cref="Vector512{T}"/> into two or four, with the same result in every lane. A formula takes the access as a type parameter, so
/// that it is written once for the body of a loop and its tail. No member has a default implementation: a call of one boxes the
/// struct wherever the JIT does not inline it.
/// </remarks>
internal unsafe interface IVectorAccess
{
    /// <summary>Loads the lanes; those beyond the end read as zero.</summary>
    Vector512<float> Load(float* source);

    /// <summary>Stores the lanes; memory beyond the end is not written.</summary>
    void Store(float* destination, Vector512<float> value);

    /// <summary>Loads single-precision lanes and converts them to double precision; those beyond the end read as zero.</summary>
    Double16 Widen(float* source);

    /// <summary>Loads double-precision lanes; those beyond the end read as zero.</summary>
    Double16 Load(double* source);

    /// <summary>Stores double-precision lanes; memory beyond the end is not written.</summary>
    void Store(double* destination, Double16 value);

    /// <summary>Sets the lanes beyond the end to zero, so that they do not contribute to a sum.</summary>
    Double16 Mask(Double16 value);

    /// <summary>Sets the lanes beyond the end to a value.</summary>
    Vector512<float> Mask(Vector512<float> value, float beyond);

    /// <inheritdoc cref="Mask(Vector512{float}, float)"/>
    Double16 Mask(Double16 value, double beyond);
}
