using System.Numerics.Tensors;
using Evenkeel.Scaling;
using Evenkeel.Tables.Preparation;

namespace Evenkeel.Tables.Tests.Preparation;

/// <summary>From features back to the table.</summary>
public class InverseTransformTests
{
    private static readonly double[] Ages = [31, double.NaN, 47, 22.5, 60];
    private static readonly string?[] Cities = ["Berlin", null, "Paris", "Berlin", "Rome"];

    private static TableColumns Table() => new TableColumns().Add("age", Ages).Add("city", Cities);

    [Theory]
    [InlineData(CategoryEncoding.OneHot)]
    [InlineData(CategoryEncoding.Ordinal)]
    [InlineData(CategoryEncoding.Embedding)]
    public void The_table_comes_back(CategoryEncoding encoding)
    {
        var preparation = new TablePreparation(
            new NumberPreparation("age", static () => new ScalerPipeline(new LogScaler(), new StandardScaler())),
            new CategoryPreparation("city") { Encoding = encoding });
        TableColumns back = preparation.InverseTransform(preparation.FitTransform(Table()));

        Assert.Equal(["age", "city"], back.Columns);
        using TableReader reader = back.Open();
        reader.Read([0, 1], static () => 0, static (_, _) => { }, (chunk, _) =>
        {
            for (int row = 0; row < Ages.Length; row++)
            {
                Assert.Equal(Ages[row], chunk.Numbers(0)[row], 1e-5);
                Assert.Equal(Cities[row] ?? "", System.Text.Encoding.UTF8.GetString(chunk.Utf8Text(1, row)));
            }
        });
    }

    [Fact]
    public void A_text_that_was_not_seen_is_missing()
    {
        var preparation = new TablePreparation(new CategoryPreparation("city"));
        preparation.Fit(Table());
        Tensor<float> features = preparation.Transform(new TableColumns().Add("city", ["Lima", "Rome"]));
        using TableReader reader = preparation.InverseTransform(features).Open();
        reader.Read([0], static () => 0, static (_, _) => { }, (chunk, _) =>
            Assert.Equal([CellKind.Missing, CellKind.Text], chunk.Kinds(0).ToArray()));
    }

    [Fact]
    public void Features_of_another_shape_are_refused()
    {
        var preparation = new TablePreparation(new NumberPreparation("age") { Indicator = false });
        preparation.Fit(Table());
        Assert.Throws<ArgumentException>(() => preparation.InverseTransform(Tensor.CreateFromShape<float>([2, 2])));
        Assert.Equal(0, preparation.InverseTransform(Tensor.CreateFromShape<float>([0, 1])).Rows);
    }
}
