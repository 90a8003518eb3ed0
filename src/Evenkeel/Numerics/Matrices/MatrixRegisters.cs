using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Evenkeel.Numerics.Matrices;

/// <summary>The choice of the registers in which products and convolutions keep their tiles.</summary>
internal static class MatrixRegisters
{
    /// <summary>Floats in one of the widest registers that this machine has.</summary>
    public static unsafe int Lanes
    {
        get
        {
            int lanes;
            Run(new LaneCount(&lanes));
            return lanes;
        }
    }

    /// <summary>Invokes a kernel with the widest registers that this machine has.</summary>
    public static void Run<TKernel>(in TKernel kernel)
        where TKernel : struct, IRegisterKernel
    {
        if (Vector512.IsHardwareAccelerated && Avx512F.IsSupported)
        {
            kernel.Invoke<Registers512, Vector512<float>>();
        }
        else if (Vector256.IsHardwareAccelerated && Fma.IsSupported)
        {
            kernel.Invoke<Registers256, Vector256<float>>();
        }
        else
        {
            kernel.Invoke<Registers128, Vector128<float>>();
        }
    }

    private readonly unsafe struct LaneCount(int* lanes) : IRegisterKernel
    {
        public void Invoke<TRegisters, TVector>()
            where TRegisters : struct, IRegisters<TVector>
            where TVector : struct => *lanes = TRegisters.Lanes;
    }
}
