using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Loops;

/// <summary>A formula applied to each element with coefficients of the element's set.</summary>
/// <typeparam name="TCoefficients">The coefficients, in vectors.</typeparam>
internal interface IChannelMap<TCoefficients>
    where TCoefficients : struct
{
    /// <summary>The coefficients of one set, in every lane.</summary>
    TCoefficients Of(int set);

    /// <summary>The coefficients of the sets from <paramref name="set"/> on, one in each lane.</summary>
    TCoefficients From<TAccess>(TAccess access, int set)
        where TAccess : struct, IVectorAccess;

    /// <summary>Applies the formula to the lanes that start at element <paramref name="offset"/>.</summary>
    /// <remarks>
    /// The position is the index of the first lane within its run; for columns, the row, equal in all lanes.
    /// </remarks>
    void Invoke<TAccess>(TAccess access, nint offset, nint position, in TCoefficients coefficients)
        where TAccess : struct, IVectorAccess;

    /// <summary>About the time of an element on one thread, in multiples of that of a sum or an affine map.</summary>
    static virtual double Cost => 1;

    /// <summary>Whether a vector may span two sets: only the coefficients depend on the set, and nothing depends on the position.</summary>
    static virtual bool CrossesRuns => false;

    /// <summary>Takes the coefficients of one set in the lanes whose bits are set, and of another in the other lanes.</summary>
    static virtual TCoefficients Blend(Vector512<float> first, in TCoefficients left, in TCoefficients right) =>
        throw new NotSupportedException();
}
