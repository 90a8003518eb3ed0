using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Evenkeel.Cli.Shell;
using Evenkeel.Data;
using Evenkeel.Distributed;
using Evenkeel.Numerics;
using static System.FormattableString;

namespace Evenkeel.Cli.Commands.Distributed;

/// <summary>A command on the ranks of an MPI job: rank 0 speaks, and an error of any rank ends all with one line.</summary>
internal sealed class DistributedJob : IDisposable
{
    private readonly StreamWriter? _log;

    private DistributedJob(Communicator communicator, Terminal terminal, string? logs)
    {
        Communicator = communicator;
        if (communicator.Rank == 0)
        {
            Terminal = terminal;
            return;
        }

        if (logs is not null)
        {
            Directory.CreateDirectory(logs);
            _log = new StreamWriter(Path.Combine(logs, Invariant($"rank-{communicator.Rank}.log"))) { AutoFlush = true };
        }

        TextWriter writer = _log ?? TextWriter.Null;
        Terminal = new Terminal(writer, writer, IsLive: false);
    }

    /// <summary>The ranks.</summary>
    public Communicator Communicator { get; }

    /// <summary>Where this rank writes.</summary>
    public Terminal Terminal { get; }

    /// <summary>Whether this rank writes the files of the job.</summary>
    public bool WritesFiles => Communicator.Rank == 0;

    /// <summary>Runs the work on this rank of the job, and returns the exit code.</summary>
    /// <param name="terminal">The streams of this process.</param>
    /// <param name="logs">The folder for the messages of ranks above 0; null for none.</param>
    /// <param name="threads">The number of threads of each rank; null to divide the processors of a host among its ranks.</param>
    /// <param name="advice">A sentence at the end of the line about a rank that has ended.</param>
    /// <param name="work">The work.</param>
    public static int Run(Terminal terminal, string? logs, int? threads, string advice, Func<DistributedJob, int> work)
    {
        using MpiCommunicator communicator = Initialize();
        using JobWatch watch = JobWatch.Start(communicator, advice, line => terminal.Error.WriteLine($"evenkeel: {line}"));
        int onHost = watch.Ranks.Count(rank => rank.Host == watch.Ranks[communicator.Rank].Host);
        Parallelism.Threads = threads ?? Math.Max(1, Environment.ProcessorCount / onHost);
        try
        {
            using var job = new DistributedJob(communicator, terminal, logs);
            int code = work(job);
            watch.Complete();
            return code;
        }
        catch (CommunicationException e)
        {
            watch.End(e);
        }
        catch (RankDifferenceException e)
        {
            watch.End(e);
        }
        catch (UsageException e)
        {
            watch.End(e.Message, ExitCode.Usage);
        }
        catch (Exception e) when (ExpectedErrors.Contain(e))
        {
            watch.End(ExpectedErrors.MessageOf(e), ExitCode.Failure);
        }

        return ExitCode.Failure;
    }

    /// <summary>Checks that all ranks have the same data, and versions of the library.</summary>
    /// <exception cref="RankDifferenceException">They do not.</exception>
    public void VerifyData(Dataset<int> data)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes(data.Inputs.Elements()));
        hash.AppendData(MemoryMarshal.AsBytes(data.Targets.Elements()));
        JobCheck.Verify(Communicator, KeyValuePair.Create("data", Convert.ToHexStringLower(hash.GetHashAndReset())[..16]));
    }

    /// <inheritdoc/>
    public void Dispose() => _log?.Dispose();

    private static MpiCommunicator Initialize()
    {
        try
        {
            return MpiCommunicator.Initialize();
        }
        catch (Exception e) when (e is DllNotFoundException or CommunicationException)
        {
            throw new IOException(e.Message, e);
        }
    }
}
