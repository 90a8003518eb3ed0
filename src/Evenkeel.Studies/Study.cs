namespace Evenkeel.Studies;

/// <summary>A claim about normalization, and the experiment that tests it.</summary>
/// <remarks>Derive from <c>Experiment</c>, or more often from <c>MeasuredStudy</c>, and add the study to <c>StudyCatalog</c>.</remarks>
internal abstract class Study
{
    private protected Study()
    {
    }

    /// <summary>The study's name on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>The question, in one sentence.</summary>
    public abstract string Question { get; }

    /// <summary>The title of its report.</summary>
    public abstract string Title { get; }

    /// <summary>The claim.</summary>
    public abstract string Claim { get; }

    /// <summary>What is measured.</summary>
    public abstract string Measure { get; }

    /// <summary>The rule, set before the run, for when the claim holds and when it is refuted.</summary>
    public abstract string Criterion { get; }

    /// <summary>The name of its runs, in the plural.</summary>
    public abstract string RunsName { get; }

    /// <summary>The results that its source reports, in a sentence or two; empty if there is nothing to compare with.</summary>
    public virtual string Published => "";

    /// <summary>True if it works on images, false if it has its own data.</summary>
    public virtual bool TakesImages => true;

    /// <summary>The quantities that depend on the machine, such as times; all others are equal in equal runs, bit for bit.</summary>
    internal virtual IReadOnlyList<string> VaryingQuantities => [];

    /// <summary>Returns the number of runs.</summary>
    /// <param name="input">The input.</param>
    /// <exception cref="InvalidDataException">The study cannot run on these data.</exception>
    public abstract int Planned(StudyInput input);

    /// <summary>Makes all runs, several in parallel unless they measure times.</summary>
    /// <param name="input">The input.</param>
    /// <param name="progress">Receives the progress after each run, from several threads but one at a time; null for none.</param>
    /// <param name="cancellationToken">Cancels the study; the outcome then covers the finished runs.</param>
    /// <exception cref="InvalidDataException">The study cannot run on these data.</exception>
    public abstract StudyOutcome Run(
        StudyInput input, IProgress<StudyProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>Recreates the outcome of an earlier run from its results as JSON.</summary>
    /// <param name="results">The results, as the study wrote them.</param>
    /// <param name="input">The input.</param>
    /// <exception cref="InvalidDataException">The stream is not the complete results of this study on this input.</exception>
    public abstract StudyOutcome Restore(Stream results, StudyInput input);
}
