using Evenkeel.Tables.Preparation;
using Evenkeel.Tables.Tests.Support;
using Evenkeel.Tests;

namespace Evenkeel.Tables.Tests.Models;

[Collection(nameof(ProcessWideState))]
public sealed class ThreadTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_model_has_the_same_bits_on_any_number_of_threads(bool asNumber)
    {
        TableColumns table = TestTables.Mixed(300, asNumber);
        TableTrainingOptions options = new() { Label = "y", Hidden = [16], Epochs = 5, Encoding = CategoryEncoding.Embedding };
        var files = new List<byte[]>();
        var scores = new List<double>();
        foreach (int threads in (int[])[1, 2, 3])
        {
            ProcessWideState.WithThreads(threads, () =>
            {
                using var stream = new MemoryStream();
                TableTrainer.Train(table, options).Model.Write(stream);
                files.Add(stream.ToArray());
                scores.AddRange(TableTrainer.CrossValidate(table, options, folds: 2).Select(fold => fold.Score));
            });
        }

        Assert.Equal(files[0], files[1]);
        Assert.Equal(files[0], files[2]);
        Assert.Equal(scores[..2], scores[2..4]);
        Assert.Equal(scores[..2], scores[4..]);
    }
}
