using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Tests.Numerics.Simd;

/// <summary>One number that changes if a single bit of any elementary function does.</summary>
internal static class ElementaryFunctionsHash
{
    public static ulong Compute()
    {
        // Every 10,007th single-precision number between −∞ and ∞; NaNs differ between machines by right.
        ulong hash = 14695981039346656037;
        for (long bits = 0; bits < 0x7F800000; bits += 10_007)
        {
            float x = BitConverter.Int32BitsToSingle((int)bits);
            Vector512<float> both = Vector512.Create(Vector256.Create(x), Vector256.Create(-x));
            Mix(ElementaryFunctions.Exp(both));
            Mix(ElementaryFunctions.Sigmoid(both));
            Mix(ElementaryFunctions.Tanh(both));
            MixBits(BitConverter.DoubleToUInt64Bits(ElementaryFunctions.Exp(x)));
            MixBits(BitConverter.DoubleToUInt64Bits(ElementaryFunctions.Exp(-x)));
            if (x > 0)
            {
                MixBits(BitConverter.DoubleToUInt64Bits(ElementaryFunctions.Log(x)));
                MixBits(BitConverter.DoubleToUInt64Bits(ElementaryFunctions.NormalQuantile(x / (1.0 + x))));
            }
        }

        return hash;

        void Mix(Vector512<float> values)
        {
            MixBits(BitConverter.SingleToUInt32Bits(values[0]));
            MixBits(BitConverter.SingleToUInt32Bits(values[15]));
        }

        void MixBits(ulong bits) => hash = (hash ^ bits) * 1099511628211;
    }
}
