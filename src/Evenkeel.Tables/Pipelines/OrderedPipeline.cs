namespace Evenkeel.Tables.Pipelines;

/// <summary>Processes jobs on several threads and takes them in order.</summary>
internal static class OrderedPipeline
{
    /// <summary>The maximum number of jobs, each of several MB, which limits memory on machines with many threads.</summary>
    private const int MaxJobs = 12;

    /// <summary>Fills jobs, processes them in parallel, and takes them in the order in which they were filled.</summary>
    /// <remarks>
    /// Jobs are filled and taken on the caller's thread, so that results do not depend on threads. Jobs are reused: there are at most
    /// two more than threads, and at most twelve. An exception is thrown when the turn of its job comes.
    /// </remarks>
    /// <param name="threads">The number of jobs to process at a time.</param>
    /// <param name="create">Creates a job.</param>
    /// <param name="fill">Fills a job; returns false if there is nothing to fill it with.</param>
    /// <param name="work">Processes a job, on any thread.</param>
    /// <param name="take">Takes a processed job.</param>
    /// <param name="cancellationToken">Cancels the work between jobs.</param>
    /// <exception cref="OperationCanceledException">The work was cancelled.</exception>
    public static void Run<TJob>(
        int threads, Func<TJob> create, Func<TJob, bool> fill, Action<TJob> work, Action<TJob> take, CancellationToken cancellationToken)
    {
        TaskScheduler scheduler = new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, threads).ConcurrentScheduler;
        int most = threads == 1 ? 1 : Math.Min(threads + 2, MaxJobs);
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
            // Wait, since the caller may dispose what the jobs use. Their exceptions no longer matter.
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
