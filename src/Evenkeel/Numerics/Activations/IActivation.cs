using System.Runtime.Intrinsics;

namespace Evenkeel.Numerics.Activations;

/// <summary>An activation function f, with a derivative that is computed from its result.</summary>
internal interface IActivation
{
    /// <summary>y = f(x).</summary>
    static abstract Vector512<float> Value(Vector512<float> x);

    /// <summary>dy·f′(x), given y = f(x).</summary>
    static abstract Vector512<float> Gradient(Vector512<float> dy, Vector512<float> y);
}
