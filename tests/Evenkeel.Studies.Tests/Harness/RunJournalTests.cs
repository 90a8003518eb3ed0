using System.Text;
using Evenkeel.Studies.Harness;
using Evenkeel.Studies.Results;
using Evenkeel.Studies.Studies;

namespace Evenkeel.Studies.Tests.Harness;

public sealed class RunJournalTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("evenkeel-").FullName;

    private string Journal => Path.Combine(_folder, "study", "runs.journal");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void A_study_that_was_stopped_goes_on_with_its_finished_runs()
    {
        var study = new LearningRateStudy();
        StudyInput input = MadeUp.Input();
        string expected = Csv(study, input, out int planned);
        Assert.True(planned >= 6);

        StudyInput kept = input with { Journal = (Journal, "key") };
        Assert.InRange(Stopped(study, kept, after: 3), 3, planned - 1);
        byte[] whole = File.ReadAllBytes(Journal);
        int finished = whole.Count(b => b == '\n') - 1;

        // A killed process leaves half a line.
        File.WriteAllBytes(Journal, [.. whole, .. "5 {\"conditions\""u8]);
        Assert.Equal(expected, Csv(study, kept, out int made));
        Assert.Equal(planned - finished, made);

        // Every run is kept now.
        Assert.Equal(expected, Csv(study, kept, out made));
        Assert.Equal(0, made);
    }

    [Fact]
    public void A_second_command_in_the_same_folder_is_refused()
    {
        var study = new LearningRateStudy();
        StudyInput input = MadeUp.Input() with { Journal = (Journal, "key") };
        Csv(study, input, out _);
        using var first = new FileStream(Journal, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        var e = Assert.Throws<IOException>(() => Csv(study, input, out _));
        Assert.Contains("another command may be running these studies", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Runs_with_another_key_or_damaged_lines_are_made_again()
    {
        var study = new LearningRateStudy();
        StudyInput input = MadeUp.Input();
        string expected = Csv(study, input with { Journal = (Journal, "key") }, out int planned);

        Assert.Equal(expected, Csv(study, input with { Journal = (Journal, "other key") }, out int made));
        Assert.Equal(planned, made);

        string[] lines = File.ReadAllLines(Journal);
        File.WriteAllText(Journal, string.Join('\n', [.. lines[..3], "1 nonsense", .. lines[3..]]) + "\n", new UTF8Encoding(false));
        Assert.Equal(expected, Csv(study, input with { Journal = (Journal, "other key") }, out made));
        Assert.Equal(planned - 2, made);
    }

    private static string Csv(LearningRateStudy study, StudyInput input, out int made)
    {
        var counter = new Counter();
        StudyResults<MeasuredSettings, MeasuredRun> results = study.Run(input, study.Settings(input), counter);
        Assert.True(results.Completed);
        made = counter.Reports;
        var csv = new MemoryStream();
        study.WriteCsv(csv, results);
        return Encoding.UTF8.GetString(csv.ToArray());
    }

    private static int Stopped(LearningRateStudy study, StudyInput input, int after)
    {
        using var source = new CancellationTokenSource();
        var counter = new Counter(reports =>
        {
            if (reports == after)
            {
                source.Cancel();
            }
        });
        return study.Run(input, study.Settings(input), counter, source.Token).Runs.Count;
    }

    private sealed class Counter(Action<int>? also = null) : IProgress<StudyProgress>
    {
        public int Reports { get; private set; }

        public void Report(StudyProgress value)
        {
            Reports++;
            also?.Invoke(Reports);
        }
    }
}
