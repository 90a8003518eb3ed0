using System.Runtime.InteropServices;
using System.Text;
using static System.FormattableString;

namespace Evenkeel.Distributed;

/// <summary>The functions of an MPI library that are used here, with the constants of its implementation.</summary>
/// <remarks>MPI: A Message-Passing Interface Standard, version 3.1. Collective operations are those that do not block.</remarks>
internal sealed unsafe class MpiLibrary
{
    /// <summary>The environment variable that names the library.</summary>
    public const string Variable = "EVENKEEL_MPI";

    private const int ThreadSerialized = 2;
    private const int LongestText = 8192;
    private const string HowToInstall = "Install one, such as \"apt install openmpi-bin libopenmpi3\", or set " + Variable + " to its path";

    private static readonly string[] OpenMpiNames = OperatingSystem.IsMacOS() ? ["libmpi.40.dylib", "libmpi.dylib"] : ["libmpi.so.40"];
    private static readonly string[] MpichNames = OperatingSystem.IsMacOS() ? ["libmpi.12.dylib"] : ["libmpich.so.12", "libmpi.so.12"];

    private readonly MpiHandles _handles;
    private readonly delegate* unmanaged[Cdecl]<int*, int> _initialized;
    private readonly delegate* unmanaged[Cdecl]<void*, void*, int, int*, int> _initThread;
    private readonly delegate* unmanaged[Cdecl]<nint, nint, int> _setErrorHandler;
    private readonly delegate* unmanaged[Cdecl]<nint, int*, int> _rank;
    private readonly delegate* unmanaged[Cdecl]<nint, int*, int> _size;
    private readonly delegate* unmanaged[Cdecl]<int, byte*, int*, int> _errorString;
    private readonly delegate* unmanaged[Cdecl]<void*, int, nint, void*, int*, int*, nint, nint, nint*, int> _allGather;
    private readonly delegate* unmanaged[Cdecl]<void*, int*, int*, nint, void*, int*, int*, nint, nint, nint*, int> _allToAll;
    private readonly delegate* unmanaged[Cdecl]<void*, int, nint, int, nint, nint*, int> _broadcast;
    private readonly delegate* unmanaged[Cdecl]<nint, nint*, int> _barrier;
    private readonly delegate* unmanaged[Cdecl]<void*, int, nint, int, int, nint, nint*, int> _send;
    private readonly delegate* unmanaged[Cdecl]<void*, int, nint, int, int, nint, nint*, int> _receive;
    private readonly delegate* unmanaged[Cdecl]<nint*, int*, nint, int> _test;
    private readonly delegate* unmanaged[Cdecl]<int> _finalize;
    private readonly delegate* unmanaged[Cdecl]<nint, int, int> _abort;

    private MpiLibrary(nint library, string name)
    {
        nint Symbol(string symbol) => NativeLibrary.TryGetExport(library, symbol, out nint address) ? address
            : throw new CommunicationException($"The library {name} has no function {symbol}, so it is no MPI of version 3 or later.");

        _initialized = (delegate* unmanaged[Cdecl]<int*, int>)Symbol("MPI_Initialized");
        _initThread = (delegate* unmanaged[Cdecl]<void*, void*, int, int*, int>)Symbol("MPI_Init_thread");
        _setErrorHandler = (delegate* unmanaged[Cdecl]<nint, nint, int>)Symbol("MPI_Comm_set_errhandler");
        _rank = (delegate* unmanaged[Cdecl]<nint, int*, int>)Symbol("MPI_Comm_rank");
        _size = (delegate* unmanaged[Cdecl]<nint, int*, int>)Symbol("MPI_Comm_size");
        _errorString = (delegate* unmanaged[Cdecl]<int, byte*, int*, int>)Symbol("MPI_Error_string");
        _allGather = (delegate* unmanaged[Cdecl]<void*, int, nint, void*, int*, int*, nint, nint, nint*, int>)Symbol("MPI_Iallgatherv");
        _allToAll =
            (delegate* unmanaged[Cdecl]<void*, int*, int*, nint, void*, int*, int*, nint, nint, nint*, int>)Symbol("MPI_Ialltoallv");
        _broadcast = (delegate* unmanaged[Cdecl]<void*, int, nint, int, nint, nint*, int>)Symbol("MPI_Ibcast");
        _barrier = (delegate* unmanaged[Cdecl]<nint, nint*, int>)Symbol("MPI_Ibarrier");
        _send = (delegate* unmanaged[Cdecl]<void*, int, nint, int, int, nint, nint*, int>)Symbol("MPI_Isend");
        _receive = (delegate* unmanaged[Cdecl]<void*, int, nint, int, int, nint, nint*, int>)Symbol("MPI_Irecv");
        _test = (delegate* unmanaged[Cdecl]<nint*, int*, nint, int>)Symbol("MPI_Test");
        _finalize = (delegate* unmanaged[Cdecl]<int>)Symbol("MPI_Finalize");
        _abort = (delegate* unmanaged[Cdecl]<nint, int, int>)Symbol("MPI_Abort");

        Version = ReadVersion((delegate* unmanaged[Cdecl]<byte*, int*, int>)Symbol("MPI_Get_library_version"));
        _handles = NativeLibrary.TryGetExport(library, "ompi_mpi_comm_world", out _) ? MpiHandles.OpenMpi(Symbol)
            : Version.Contains("MPICH", StringComparison.OrdinalIgnoreCase) || Version.StartsWith("Intel", StringComparison.Ordinal)
                || Version.StartsWith("MVAPICH", StringComparison.Ordinal) ? MpiHandles.Mpich
            : throw new CommunicationException(
                $"The library {name} is {Version}, whose constants are not known. Open MPI, and MPICH with its relatives, are.");
        Name = name;
    }

    /// <summary>The name that the library was loaded by.</summary>
    public string Name { get; }

    /// <summary>The name and the number of the version, such as "Open MPI v4.1.4".</summary>
    public string Version { get; }

    /// <summary>Loads the library that the environment variable names, or else the first that is installed.</summary>
    /// <param name="launcher">The launcher of this process, whose library comes first; null if there is none.</param>
    /// <param name="named">The name in the environment variable; null or empty if it is not set.</param>
    /// <exception cref="CommunicationException">There is no library, it cannot be loaded, or it is not one that is known.</exception>
    public static MpiLibrary Load(MpiLauncher? launcher, string? named)
    {
        if (IntPtr.Size != 8 || !BitConverter.IsLittleEndian)
        {
            throw new CommunicationException("MPI is supported in processes of 64 bits on little-endian machines only.");
        }

        if (!string.IsNullOrEmpty(named))
        {
            return NativeLibrary.TryLoad(named, out nint library) ? new MpiLibrary(library, named)
                : throw new CommunicationException($"There is no library {named}, which {Variable} names. {HowToInstall}.");
        }

        string[] names = launcher is { IsOpenMpi: false } ? [.. MpichNames, .. OpenMpiNames] : [.. OpenMpiNames, .. MpichNames];
        foreach (string name in names)
        {
            if (NativeLibrary.TryLoad(name, out nint library))
            {
                return new MpiLibrary(library, name);
            }
        }

        throw new CommunicationException($"There is no MPI library: {string.Join(", ", names)}. {HowToInstall}.");
    }

    /// <summary>Initializes MPI for calls from any thread, one at a time, whose errors are returned; returns rank and size.</summary>
    /// <exception cref="CommunicationException">It has been initialized before, or the library is for one thread only.</exception>
    public (int Rank, int Size) Initialize()
    {
        int initialized = 0, provided = 0, rank = 0, size = 0;
        Check(_initialized(&initialized), "MPI_Initialized");
        if (initialized != 0)
        {
            throw new CommunicationException("MPI has been initialized by other code in this process, and can be so once only.");
        }

        Check(_initThread(null, null, ThreadSerialized, &provided), "MPI_Init_thread");
        Check(_setErrorHandler(_handles.World, _handles.ErrorsReturn), "MPI_Comm_set_errhandler");
        Check(_rank(_handles.World, &rank), "MPI_Comm_rank");
        Check(_size(_handles.World, &size), "MPI_Comm_size");
        return provided >= ThreadSerialized ? (rank, size) : throw new CommunicationException(
            Invariant($"{Version} ({Name}) is for one thread: it provides level {provided} of MPI_Init_thread, and {ThreadSerialized} ")
            + "(MPI_THREAD_SERIALIZED) is needed.");
    }

    /// <summary>Starts MPI_Iallgatherv.</summary>
    /// <returns>The request, which <see cref="Test"/> completes. Until then, all buffers stay where they are.</returns>
    public nint AllGather(byte* own, int length, byte* all, int* lengths, int* offsets)
    {
        nint request = 0;
        Check(
            _allGather(own, length, _handles.Byte, all, lengths, offsets, _handles.Byte, _handles.World, &request), "MPI_Iallgatherv");
        return request;
    }

    /// <summary>Starts MPI_Ialltoallv.</summary>
    /// <returns>The request, which <see cref="Test"/> completes. Until then, all buffers stay where they are.</returns>
    public nint AllToAll(byte* send, int* sendLengths, int* sendOffsets, byte* receive, int* receiveLengths, int* receiveOffsets)
    {
        nint request = 0;
        nint type = _handles.Byte;
        int error = _allToAll(
            send, sendLengths, sendOffsets, type, receive, receiveLengths, receiveOffsets, type, _handles.World, &request);
        Check(error, "MPI_Ialltoallv");
        return request;
    }

    /// <summary>Starts MPI_Ibcast.</summary>
    /// <returns>The request, which <see cref="Test"/> completes. Until then, the buffer stays where it is.</returns>
    public nint Broadcast(byte* bytes, int length, int root)
    {
        nint request = 0;
        Check(_broadcast(bytes, length, _handles.Byte, root, _handles.World, &request), "MPI_Ibcast");
        return request;
    }

    /// <summary>Starts MPI_Ibarrier.</summary>
    /// <returns>The request, which <see cref="Test"/> completes.</returns>
    public nint Barrier()
    {
        nint request = 0;
        Check(_barrier(_handles.World, &request), "MPI_Ibarrier");
        return request;
    }

    /// <summary>Starts MPI_Isend.</summary>
    /// <returns>The request, which <see cref="Test"/> completes. Until then, the buffer stays where it is.</returns>
    public nint Send(void* bytes, int length, int rank)
    {
        nint request = 0;
        Check(_send(bytes, length, _handles.Byte, rank, 0, _handles.World, &request), "MPI_Isend");
        return request;
    }

    /// <summary>Starts MPI_Irecv, from any rank.</summary>
    /// <returns>The request, which <see cref="Test"/> completes. Until then, the buffer stays where it is.</returns>
    public nint Receive(void* bytes, int length)
    {
        nint request = 0;
        Check(_receive(bytes, length, _handles.Byte, _handles.AnySource, 0, _handles.World, &request), "MPI_Irecv");
        return request;
    }

    /// <summary>Lets the library work on its requests, and tells whether one is complete.</summary>
    public bool Test(ref nint request)
    {
        int complete = 0;
        fixed (nint* pointer = &request)
        {
            Check(_test(pointer, &complete, _handles.StatusIgnore), "MPI_Test");
        }

        return complete != 0;
    }

    /// <summary>Ends the use of MPI, when all ranks do.</summary>
    public void Complete() => Check(_finalize(), "MPI_Finalize");

    /// <summary>Ends all processes of the job.</summary>
    /// <param name="code">The exit code.</param>
    public void Abort(int code) => _abort(_handles.World, code);

    private static string ReadVersion(delegate* unmanaged[Cdecl]<byte*, int*, int> function)
    {
        byte* text = stackalloc byte[LongestText];
        int length = 0;
        return function(text, &length) != 0 ? "an MPI of an unknown version"
            : Encoding.UTF8.GetString(text, Math.Clamp(length, 0, LongestText)).Split('\n', ',', '\0')[0]
                .Replace(" Version:\t", " ", StringComparison.Ordinal).Trim();
    }

    private void Check(int error, string function)
    {
        if (error == 0)
        {
            return;
        }

        byte* text = stackalloc byte[LongestText];
        int length = 0;
        string description = _errorString(error, text, &length) == 0
            ? Encoding.UTF8.GetString(text, Math.Clamp(length, 0, LongestText)).ReplaceLineEndings("; ").Trim('\0', ' ')
            : Invariant($"error {error}");
        throw new CommunicationException($"{function} failed: {description} ({Version}).");
    }
}
