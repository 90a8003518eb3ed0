using Evenkeel.Cli.Shell;
using Evenkeel.Cli.Tests.Support;
using Evenkeel.Numerics;

namespace Evenkeel.Cli.Tests.Commands;

/// <summary><c>evenkeel predict</c> with a model of a table.</summary>
public sealed class PredictTableTests : IDisposable
{
    private readonly CsvFolder _folder = new();

    public PredictTableTests()
    {
        _folder.Write("t.csv", "age,city,code,size,y,number\n" + string.Concat(Enumerable.Range(0, 60).Select(row =>
            $"{20 + row % 7},{(row % 3 == 0 ? "Bonn" : "Köln")},{row % 4},{"SML"[row % 3]},{"ab"[row % 2]},{row * 1.5}\n")));
        Train("class.evenkeel", "--label", "y", "--except", "number", "--categories", "code");
    }

    public void Dispose()
    {
        _folder.Dispose();
        Parallelism.Threads = Environment.ProcessorCount;
    }

    [Fact]
    public void Categories_that_did_not_occur_in_training_and_columns_without_cells_are_pointed_out()
    {
        _folder.Write("new.csv", "age,city,code,size\n,zzz,0.0,S\n,Bonn,1.0,S\n,yyy,2.0,XL\n");
        CommandRun run = _folder.RunWell("predict", "@class.evenkeel", "@new.csv");

        Assert.Equal(
            [
                "evenkeel: 'age': 3 of 3 cells are missing.",
                "evenkeel: 'city': 2 of 3 cells hold categories that did not occur in training, such as 'zzz'.",
                "evenkeel: 'code': 3 of 3 cells hold categories that did not occur in training, such as '0.0'.",
                "evenkeel: 1 more column with such cells.",
                "",
            ],
            run.Error.Split(Environment.NewLine));
        Assert.Equal("", _folder.RunWell("predict", "@class.evenkeel", "@t.csv", "--out", "@out.csv").Error.Split("evenkeel: accuracy")[0]);
    }

    [Fact]
    public void Kept_columns_that_the_output_has_already_are_refused()
    {
        _folder.Write("new.csv", "age,city,code,size,prediction,probability,probability of a\n20,Bonn,1,S,p,q,r\n");
        AssertRefused("--keep names 'age' twice.", "--keep", "age,age");
        AssertRefused("--keep 'prediction': the output has a column of this name; rename that of the table.", "--keep", "age,prediction");
        AssertRefused("--keep 'probability'", "--keep", "probability", "--json");
        AssertRefused("--keep 'probability of a'", "--keep", "probability of a", "--probabilities");

        CommandRun kept = _folder.RunWell("predict", "@class.evenkeel", "@new.csv", "--keep", "probability", "--probabilities");
        Assert.Equal("probability,prediction,probability of a,probability of b", kept.Output.Split('\n')[0]);

        void AssertRefused(string message, params string[] options)
        {
            CommandRun run = _folder.Run(["predict", "@class.evenkeel", "@new.csv", "--out", "@out.csv", .. options]);
            run.AssertRefused(ExitCode.Usage, message);
            Assert.DoesNotContain("out.csv", _folder.Files());
        }
    }

    [Fact]
    public void Probabilities_of_numbers_are_refused()
    {
        Train("number.evenkeel", "--label", "number");
        CommandRun run = _folder.Run("predict", "@number.evenkeel", "@t.csv", "--probabilities");
        run.AssertRefused(ExitCode.Usage, "--probabilities applies to classes; '", "number.evenkeel' predicts numbers.");
    }

    private void Train(string model, params string[] options) =>
        _folder.RunWell(["train", "@t.csv", "--epochs", "2", "--hidden", "4", "--save", "@" + model, .. options]);
}
