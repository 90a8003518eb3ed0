namespace Evenkeel.Numerics.Matrices;

/// <summary>A computation that is compiled once for each width of registers.</summary>
internal interface IRegisterKernel
{
    /// <summary>Computes with these registers.</summary>
    /// <typeparam name="TRegisters">The registers.</typeparam>
    /// <typeparam name="TVector">The type of one register.</typeparam>
    void Invoke<TRegisters, TVector>()
        where TRegisters : struct, IRegisters<TVector>
        where TVector : struct;
}
