namespace Evenkeel.Cli.Csv;

/// <summary>Work that comes in pieces, one after another, and is done on several threads.</summary>
internal static class OrderedPipeline
{
    /// <summary>How many jobs there are at most, each with some MB: what keeps memory small on machines of many threads.</summary>
    private const int MostJobs = 12;

    /// <summary>Fills jobs, works on them side by side, and takes them in the order in which they were filled.</summary>
    /// <remarks>
    /// Filling and taking are the caller's thread's, so that nothing that comes of it depends on threads. Jobs are used again: there
    /// are never more of them than two beyond the threads, and never more than twelve, however far some are ahead. An error comes out when its job's turn comes.
    /// </remarks>
    /// <param name="threads">How many jobs to work on at a time.</param>
    /// <param name="create">Makes a job.</param>
    /// <param name="fill">Fills a job; returns whether there was anything left to fill it with.</param>
    /// <param name="work">Works on a job, on any thread.</param>
    /// <param name="take">Takes what came of a job.</param>
    /// <param name="cancellationToken">Ends it between jobs.</param>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void Run<TJob>(
        int threads, Func<TJob> create, Func<TJob, bool> fill, Action<TJob> work, Action<TJob> take, CancellationToken cancellationToken)
    {
        TaskScheduler scheduler = new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, threads).ConcurrentScheduler;
        int most = threads == 1 ? 1 : Math.Min(threads + 2, MostJobs);
        var idle = new Stack<TJob>();
        var started = new Queue<(TJob Job, Task Work)>();
        try
        {
            bool more = true;
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                while (more && started.Count < most)
                {
                    TJob job = idle.TryPop(out TJob? used) ? used : create();
                    more = fill(job);
                    if (more)
                    {
                        started.Enqueue((job, Start(job)));
                    }
                }

                if (!started.TryDequeue(out (TJob Job, Task Work) next))
                {
                    return;
                }

                next.Work.GetAwaiter().GetResult();
                take(next.Job);
                idle.Push(next.Job);
            }
        }
        finally
        {
            // What jobs use may be gone soon. Their errors come too late to matter.
            foreach ((_, Task rest) in started)
            {
                ((IAsyncResult)rest).AsyncWaitHandle.WaitOne();
            }
        }

        Task Start(TJob job)
        {
            if (threads > 1)
            {
                return Task.Factory.StartNew(() => work(job), CancellationToken.None, TaskCreationOptions.None, scheduler);
            }

            work(job);
            return Task.CompletedTask;
        }
    }
}
