// The number of threads belongs to the process.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
