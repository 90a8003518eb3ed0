namespace Evenkeel.Studies;

/// <summary>A claim about normalization, and the experiment that puts it to the test.</summary>
/// <remarks>One is made by deriving from <c>Experiment</c>, or more often from <c>MeasuredStudy</c>, and adding it to <c>StudyCatalog</c>.</remarks>
internal abstract class Study
{
    private protected Study()
    {
    }

    /// <summary>The study's name on the command line.</summary>
    public abstract string Name { get; }

    /// <summary>What it asks, in one sentence.</summary>
    public abstract string Question { get; }

    /// <summary>The title of its report.</summary>
    public abstract string Title { get; }

    /// <summary>What is claimed.</summary>
    public abstract string Claim { get; }

    /// <summary>What is measured.</summary>
    public abstract string Measure { get; }

    /// <summary>The rule, set before the run, by which the numbers decide: when the claim holds, and what refutes it.</summary>
    public abstract string Criterion { get; }

    /// <summary>What its runs are called, in the plural.</summary>
    public abstract string RunsName { get; }

    /// <summary>What its source reports, in a sentence or two; empty where there is nothing to compare with.</summary>
    public virtual string Published => "";

    /// <summary>Whether it works on images, and not on data of its own.</summary>
    public virtual bool TakesImages => true;

    /// <summary>How many runs it has.</summary>
    /// <param name="input">What to work on.</param>
    /// <exception cref="InvalidDataException">The study cannot be made with these data.</exception>
    public abstract int Planned(StudyInput input);

    /// <summary>Does all runs, several side by side.</summary>
    /// <param name="input">What to work on.</param>
    /// <param name="progress">Is told after each run, from several threads but one at a time; null for nobody.</param>
    /// <param name="cancellationToken">Ends the study; the outcome then is about the runs that were finished.</param>
    /// <exception cref="InvalidDataException">The study cannot be made with these data.</exception>
    public abstract StudyOutcome Run(
        StudyInput input, IProgress<StudyProgress>? progress = null, CancellationToken cancellationToken = default);

    /// <summary>What came of an earlier run, from its results as JSON.</summary>
    /// <param name="results">The results, as the study wrote them.</param>
    /// <param name="input">What the study was to work on.</param>
    /// <exception cref="InvalidDataException">They are not the complete results of this study on this input.</exception>
    public abstract StudyOutcome Restore(Stream results, StudyInput input);
}
