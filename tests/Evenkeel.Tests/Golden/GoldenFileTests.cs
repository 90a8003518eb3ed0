namespace Evenkeel.Tests.Golden;

public class GoldenFileTests
{
    public static TheoryData<string> All => [.. GoldenFile.Names()];

    [Theory]
    [MemberData(nameof(All))]
    public void Every_file_is_named_for_its_case_and_holds_finite_tensors_of_their_shape(string name)
    {
        GoldenFile golden = GoldenFile.Read(name);

        Assert.Equal(name, golden.Name);
        Assert.NotEmpty(golden.Steps);
        Assert.All(golden.Initial.Names, parameter => Assert.All(golden.Initial[parameter].Floats, AssertFinite));
        Assert.All(golden.Steps, step =>
        {
            Assert.All(step.Names, tensor => Assert.All(step[tensor].Doubles, AssertFinite));
            Assert.All(step.SinglePrecision?.Names ?? [],
                tensor => Assert.Equal(step[tensor].Shape, step.SinglePrecision![tensor].Shape));
        });
    }

    [Fact]
    public void The_files_stay_small()
    {
        FileInfo[] files = new DirectoryInfo(GoldenFile.Folder).GetFiles("*.json");

        Assert.All(files, file => Assert.InRange(file.Length, 1, 60_000));
        Assert.InRange(files.Sum(file => file.Length), 1, 2_300_000);
    }

    [Fact]
    public void Every_mode_and_setting_of_batch_normalization_has_a_case()
    {
        GoldenFile[] cases = [.. GoldenFile.Names("batch-norm").Select(GoldenFile.Read)];

        Assert.Equal([-1, 1], Distinct(golden => golden.Option<int>("axis")));
        Assert.Equal([false, true], Distinct(golden => golden.Option<bool>("affine")));
        Assert.Equal([false, true], Distinct(golden => golden.Option<bool>("track_running_stats")));
        Assert.Equal([null, 0.01, 0.1], Distinct(golden => golden.Option<double?>("momentum")));
        Assert.Equal([2, 3, 4, 5], Distinct(golden => golden.Steps[0]["input"].Shape.Length));
        Assert.Equal(["eval", "frozen", "train"],
            cases.SelectMany(golden => golden.Steps).Select(step => step.Mode).Distinct().Order(StringComparer.Ordinal));

        IEnumerable<T> Distinct<T>(Func<GoldenFile, T> select) => cases.Select(select).Distinct().Order();
    }

    [Fact]
    public void Channel_last_cases_are_given_the_same_numbers_as_channel_first()
    {
        GoldenTensor first = GoldenFile.Read("batch-norm-2d").Steps[0]["input"];
        GoldenTensor last = GoldenFile.Read("batch-norm-2d-channel-last").Steps[0]["input"];

        Assert.Equal([3, 4, 5, 5], first.Shape);
        Assert.Equal([3, 5, 5, 4], last.Shape);
        for (int n = 0; n < 3; n++)
        {
            for (int c = 0; c < 4; c++)
            {
                for (int pixel = 0; pixel < 25; pixel++)
                {
                    Assert.Equal(first.Doubles[((n * 4) + c) * 25 + pixel], last.Doubles[((n * 25) + pixel) * 4 + c]);
                }
            }
        }
    }

    [Fact]
    public void A_float32_decimal_means_the_nearest_float()
    {
        GoldenTensor weight = GoldenFile.Read("batch-norm-frozen").Initial["weight"];

        Assert.Equal([0.077f, 0.452f, -1.05f], weight.Floats);
        Assert.Equal([(double)0.077f, (double)0.452f, (double)-1.05f], weight.Doubles);
    }

    private static void AssertFinite(float value) => Assert.True(float.IsFinite(value));

    private static void AssertFinite(double value) => Assert.True(double.IsFinite(value));
}
