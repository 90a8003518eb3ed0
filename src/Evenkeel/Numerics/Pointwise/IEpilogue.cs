using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Pointwise;

/// <summary>The formula of an <see cref="Epilogue"/>: the operations of separate passes, in their order.</summary>
internal interface IEpilogue
{
    /// <summary>Maps the lanes that start at element <paramref name="offset"/>.</summary>
    Vector512<float> Apply<TAccess>(TAccess access, nint offset, Vector512<float> mapped)
        where TAccess : struct, IVectorAccess;
}
