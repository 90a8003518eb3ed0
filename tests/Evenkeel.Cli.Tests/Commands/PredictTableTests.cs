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

    private void Train(string model, params string[] options) =>
        _folder.RunWell(["train", "@t.csv", "--epochs", "2", "--hidden", "4", "--save", "@" + model, .. options]);
}
