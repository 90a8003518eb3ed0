using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Images;

/// <summary>The formula that pools a window and distributes its gradient.</summary>
/// <remarks>The positions of a window are numbered row by row, including those in the padding.</remarks>
internal interface IPooling
{
    /// <summary>The value of a window before its first element.</summary>
    static abstract float Start { get; }

    /// <summary>Updates the value with an element, and the winner with its position if the element wins.</summary>
    static abstract void Accumulate(Vector512<float> x, int position, ref Vector512<float> value, ref Vector512<int> winner);

    /// <summary>Stores the results of the windows that start at <paramref name="offset"/>.</summary>
    void Store<TAccess>(TAccess access, nint offset, Vector512<float> value, Vector512<int> winner)
        where TAccess : struct, IVectorAccess;

    /// <summary>Returns the gradient at a position of each of the windows whose gradients start at <paramref name="offset"/>.</summary>
    Vector512<float> Contribution<TAccess>(TAccess access, nint offset, int position)
        where TAccess : struct, IVectorAccess;
}
