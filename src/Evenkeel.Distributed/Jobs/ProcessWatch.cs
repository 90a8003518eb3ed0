using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Evenkeel.Distributed;

/// <summary>Tells when other processes of this host end, also if they are no children of this one.</summary>
/// <remarks>
/// Linux tells it at once, by descriptors of processes (pidfd_open, Linux 5.3), which a later process with the number of an earlier one
/// does not confuse. Elsewhere, the list of processes is looked at.
/// </remarks>
internal sealed unsafe partial class ProcessWatch : IDisposable
{
    private const int PidfdOpen = 434; // on all architectures
    private const int NoSuchProcess = 3;
    private const short Readable = 1;

    private readonly int[] _processes;
    private readonly int[] _descriptors; // −1 if the process had ended, or there are none
    private readonly bool[] _hasEnded;
    private readonly bool _hasDescriptors;

    /// <summary>Begins to watch.</summary>
    /// <param name="processes">The numbers of the processes.</param>
    public ProcessWatch(IReadOnlyCollection<int> processes)
    {
        _processes = [.. processes];
        _descriptors = new int[_processes.Length];
        _hasEnded = new bool[_processes.Length];
        _hasDescriptors = OperatingSystem.IsLinux();
        for (int i = 0; i < _processes.Length; i++)
        {
            _descriptors[i] = _hasDescriptors ? (int)SystemCall(PidfdOpen, _processes[i], 0) : -1;
            if (_hasDescriptors && _descriptors[i] < 0)
            {
                _hasEnded[i] = Marshal.GetLastPInvokeError() == NoSuchProcess;
                _hasDescriptors = _hasEnded[i];
            }
        }
    }

    /// <summary>Waits for the end of a process.</summary>
    /// <param name="limit">How long to wait at most; zero to look only.</param>
    /// <returns>The numbers of all processes that have ended.</returns>
    public int[] Wait(TimeSpan limit)
    {
        if (_hasDescriptors)
        {
            Poll(limit);
        }
        else
        {
            if (limit > TimeSpan.Zero)
            {
                Thread.Sleep(limit);
            }

            for (int i = 0; i < _processes.Length; i++)
            {
                _hasEnded[i] = _hasEnded[i] || !IsRunning(_processes[i]);
            }
        }

        return [.. _processes.Where((_, i) => _hasEnded[i])];
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        for (int i = 0; i < _descriptors.Length; i++)
        {
            if (_descriptors[i] >= 0)
            {
                _ = Close(_descriptors[i]);
                _descriptors[i] = -1;
            }
        }
    }

    private void Poll(TimeSpan limit)
    {
        Span<Descriptor> descriptors = new Descriptor[_descriptors.Length];
        for (int i = 0; i < descriptors.Length; i++)
        {
            // Those that are negative are skipped.
            descriptors[i] = new Descriptor { Number = _hasEnded[i] ? -1 : _descriptors[i], Events = Readable };
        }

        fixed (Descriptor* pointer = descriptors)
        {
            _ = Poll(pointer, (nuint)descriptors.Length, _hasEnded.Contains(true) ? 0 : (int)limit.TotalMilliseconds);
        }

        for (int i = 0; i < descriptors.Length; i++)
        {
            _hasEnded[i] |= descriptors[i].Returned != 0;
        }
    }

    private static bool IsRunning(int process)
    {
        try
        {
            if (OperatingSystem.IsLinux())
            {
                // A process that has ended is a zombie until its parent asks: the letter after the name in parentheses.
                string status = File.ReadAllText(FormattableString.Invariant($"/proc/{process}/stat"));
                return status.AsSpan(status.LastIndexOf(')') + 1).TrimStart()[0] is not ('Z' or 'X');
            }

            using var found = Process.GetProcessById(process);
            return !found.HasExited;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException
            or FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or System.ComponentModel.Win32Exception)
        {
            return true;
        }
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint SystemCall(nint number, nint first, nint second);

    [LibraryImport("libc", EntryPoint = "poll")]
    private static partial int Poll(Descriptor* descriptors, nuint count, int milliseconds);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int descriptor);

    /// <summary>The structure pollfd.</summary>
    private struct Descriptor
    {
        public int Number { get; init; }

        public short Events { get; init; }

        public short Returned { get; init; }
    }
}
