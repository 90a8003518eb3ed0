using Evenkeel.Numerics;
using Evenkeel.Studies.AllStudies;
using Evenkeel.Studies.Tests.Harness;

namespace Evenkeel.Studies.Tests.AllStudies;

/// <summary>All studies as they are on one thread and on two, run once for all tests about them.</summary>
[CollectionDefinition(nameof(ShortenedStudies), DisableParallelization = true)]
public sealed class ShortenedStudies
{
    /// <summary>The outcomes of each.</summary>
    internal IReadOnlyList<Outcomes> All { get; } =
        [.. StudyCatalog.All.Select(study => new Outcomes(study, Input(study), Run(study, threads: 1), Run(study, threads: 2)))];

    private static StudyInput Input(Study study)
    {
        StudyInput input = MadeUp.Input(count: 1_000);
        return study.TakesImages ? input : input with { Images = null };
    }

    /// <summary>Runs a study on a number of threads.</summary>
    internal static StudyOutcome Run(Study study, int threads, IProgress<StudyProgress>? progress = null)
    {
        int before = Parallelism.Threads;
        Parallelism.Threads = threads;
        try
        {
            return study.Run(Input(study), progress);
        }
        finally
        {
            Parallelism.Threads = before;
        }
    }
}

/// <summary>A study, what it worked on, and what came out.</summary>
internal sealed record Outcomes(Study Study, StudyInput Input, StudyOutcome OnOneThread, StudyOutcome OnTwo)
{
    public override string ToString() => Study.Name;
}
