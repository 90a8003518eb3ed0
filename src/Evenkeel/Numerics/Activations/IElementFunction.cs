using System.Runtime.Intrinsics;

namespace Evenkeel.Numerics.Activations;

/// <summary>An activation function f, which may have settings, with a derivative that is computed from its argument.</summary>
internal interface IElementFunction
{
    /// <summary>y = f(x).</summary>
    Vector512<float> Value(Vector512<float> x);

    /// <summary>dy·f′(x).</summary>
    Vector512<float> Gradient(Vector512<float> dy, Vector512<float> x);
}
