namespace Evenkeel.Distributed.Program.Modes;

/// <summary>Lets rank 1 fail or leave: <c>fail report</c>, <c>fail dispose</c>, <c>fail exit</c>.</summary>
internal sealed class FailMode : Mode
{
    /// <inheritdoc/>
    public override string Name => "fail";

    /// <inheritdoc/>
    public override string Summary => "rank 1 fails while others wait for it";

    /// <inheritdoc/>
    public override int Run(string[] arguments)
    {
        if (arguments[0] == "report")
        {
            using var watched = MpiCommunicator.Initialize();
            using var watch = JobWatch.Start(watched);
            try
            {
                Work(watched, "part-3.csv is broken");
            }
            catch (CommunicationException e)
            {
                watch.End(e);
            }
            catch (InvalidDataException e)
            {
                watch.End(e.Message, 4);
            }
        }

        try
        {
            using var communicator = MpiCommunicator.Initialize();
            Work(communicator, arguments[0] == "exit" ? null : "part-3.csv is broken");
        }
        catch (CommunicationException)
        {
            return 4;
        }
        catch (InvalidDataException e)
        {
            Console.Error.WriteLine(e.Message);
            return 4;
        }

        return 0;
    }

    private static void Work(Communicator communicator, string? problem)
    {
        communicator.Barrier();
        communicator.Barrier();
        if (communicator.Rank == 1)
        {
            if (problem is null)
            {
                Environment.Exit(0);
            }

            throw new InvalidDataException(problem);
        }

        try
        {
            communicator.Barrier();
        }
        catch (CommunicationException e) when (problem is not null)
        {
            // Here, since the job may end as soon as this rank has left.
            Console.Error.WriteLine(e.Message);
            throw;
        }
    }
}
