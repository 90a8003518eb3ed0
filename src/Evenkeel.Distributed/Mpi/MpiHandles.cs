namespace Evenkeel.Distributed;

/// <summary>The values that the header <c>mpi.h</c> of an implementation of MPI has for its constants.</summary>
/// <param name="World">MPI_COMM_WORLD.</param>
/// <param name="Byte">MPI_BYTE.</param>
/// <param name="ErrorsReturn">MPI_ERRORS_RETURN.</param>
/// <param name="StatusIgnore">MPI_STATUS_IGNORE.</param>
/// <param name="AnySource">MPI_ANY_SOURCE.</param>
/// <remarks>
/// Handles are pointers in Open MPI and ints in MPICH. Both are passed as <see cref="nint"/>: on little-endian machines of 64 bits, a
/// function that takes an int reads the lower half of the register or of the eight bytes on the stack, and one that writes a handle fills
/// the lower half of a zero.
/// </remarks>
internal sealed record MpiHandles(nint World, nint Byte, nint ErrorsReturn, nint StatusIgnore, int AnySource)
{
    /// <summary>The constants of MPICH and of those with its binary interface, such as Intel MPI.</summary>
    public static MpiHandles Mpich { get; } = new(0x44000000, 0x4c00010d, 0x54000001, 1, -2);

    /// <summary>The constants of Open MPI, where handles are the addresses of exported symbols.</summary>
    /// <param name="symbol">Gives the address of a symbol.</param>
    public static MpiHandles OpenMpi(Func<string, nint> symbol) =>
        new(symbol("ompi_mpi_comm_world"), symbol("ompi_mpi_byte"), symbol("ompi_mpi_errors_return"), 0, -1);
}
