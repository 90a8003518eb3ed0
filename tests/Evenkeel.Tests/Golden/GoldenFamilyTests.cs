namespace Evenkeel.Tests.Golden;

/// <summary>Each family of cases has its fields, covers what it is there to cover, and keeps its own laws.</summary>
public class GoldenFamilyTests
{
    private const double Tolerance = 1e-12;

    [Theory]
    [InlineData("layer-norm", 8, "normalized_shape epsilon affine bias")]
    [InlineData("rms-norm", 5, "normalized_shape epsilon affine")]
    [InlineData("instance-norm", 8, "epsilon axis affine track_running_stats momentum")]
    [InlineData("group-norm", 15, "groups epsilon axis affine")]
    [InlineData("batch-renorm", 7, "epsilon axis affine new_weight", "running_mean running_std")]
    [InlineData("cross-iteration-taylor-step", 1, "", "carried_mean carried_mean_square second_order later_mean_square")]
    [InlineData("cross-iteration-window", 3, "window burn_in rule epsilon epsilon_outside momentum linear_bias",
        "linear_weight running_mean running_var")]
    [InlineData("ghost-batch-norm", 6, "ghost_batch_size epsilon axis affine track_running_stats momentum",
        "running_mean running_var num_batches_tracked")]
    [InlineData("masked-batch-norm", 2, "epsilon axis affine momentum", "mask running_mean running_var")]
    [InlineData("masked-layer-norm", 2, "epsilon axis affine normalized_shape", "mask")]
    [InlineData("masked-group-norm", 4, "epsilon axis affine groups", "mask")]
    [InlineData("sync-batch-norm", 3, "shares epsilon axis affine momentum", "running_mean running_var")]
    [InlineData("accumulated-batch-norm", 3, "micro_batches epsilon axis affine momentum", "running_mean running_var")]
    [InlineData("folding", 3, "inputs outputs bias affine epsilon", "output folded_weight folded_bias")]
    public void A_family_has_its_cases_options_and_tensors(string prefix, int count, string options, string tensors = "")
    {
        GoldenFile[] cases = [.. GoldenFile.Names(prefix).Select(GoldenFile.Read)];

        Assert.Equal(count, cases.Length);
        Assert.All(cases, golden =>
        {
            Assert.All(Words(options), option => golden.Option<object?>(option));
            Assert.All(golden.Steps, step =>
            {
                Assert.All(Words("input " + tensors), tensor => Assert.True(step.Has(tensor), tensor));
                bool training = step.Has("output_gradient");
                Assert.Equal(training, step.Has("input_gradient"));
                IEnumerable<string> parameters = golden.Initial.Names.Where(name => name is "weight" or "bias");
                Assert.All(parameters, parameter => Assert.Equal(training, step.Has(parameter + "_gradient")));
            });
        });
    }

    [Theory]
    [InlineData("rms-norm")]
    [InlineData("batch-renorm")]
    [InlineData("cross-iteration")]
    [InlineData("masked-group-norm")]
    [InlineData("masked-layer-norm-two-dimensions")]
    public void What_PyTorch_has_no_module_for_has_no_results_in_float32(string prefix) =>
        Assert.All(GoldenFile.Names(prefix).Select(GoldenFile.Read).SelectMany(golden => golden.Steps),
            step => Assert.Null(step.SinglePrecision));

    [Fact]
    public void Batch_renormalization_without_room_for_r_and_d_is_batch_normalization()
    {
        IReadOnlyList<GoldenValues> plain = GoldenFile.Read("batch-norm-1d").Steps;
        IReadOnlyList<GoldenValues> renorm = GoldenFile.Read("batch-renorm-plain").Steps;

        Assert.Equal(plain.Count, renorm.Count);
        Assert.All(plain.Zip(renorm), steps =>
        {
            string[] tensors = ["input", "output", "input_gradient", "weight_gradient", "bias_gradient"];
            Assert.All(tensors, tensor => AssertEqual(steps.First[tensor].Doubles, steps.Second[tensor].Doubles));
        });
    }

    [Fact]
    public void Clipped_batch_renormalization_reaches_every_limit_and_stays_within_it_elsewhere()
    {
        GoldenValues step = GoldenFile.Read("batch-renorm-clipped").Steps[0];
        double rMax = step["r_max"].Scalar, dMax = step["d_max"].Scalar;
        double[] r = step["r"].Doubles, d = step["d"].Doubles;

        Assert.Contains(rMax, r);
        Assert.Contains(1 / rMax, r);
        Assert.Contains(r, value => value > 1 / rMax && value < rMax);
        Assert.Contains(dMax, d);
        Assert.Contains(-dMax, d);
        Assert.Contains(d, value => Math.Abs(value) < dMax);
    }

    [Fact]
    public void The_limits_of_batch_renormalization_widen_along_its_schedule()
    {
        double[] limits = [.. GoldenFile.Read("batch-renorm-schedule").Steps.Where(step => step.Mode == "train")
            .Select(step => step["r_max"].Scalar)];

        Assert.Equal([1, 1.25, 1.5, 2, 3], limits);
    }

    [Fact]
    public void A_window_of_one_holds_the_statistics_of_the_batch()
    {
        IEnumerable<GoldenValues> steps = GoldenFile.Read("cross-iteration-window-1").Steps.Where(step => step.Mode == "train");

        Assert.All(steps, step =>
        {
            double[] x = step["linear_output"].Doubles;
            int channels = step["window_mean"].Shape[0];
            AssertEqual(ChannelMeans(x, channels), step["window_mean"].Doubles);
            AssertEqual(ChannelMeans(Array.ConvertAll(x, value => value * value), channels), step["window_mean_square"].Doubles);
        });
    }

    [Fact]
    public void The_weights_of_cross_iteration_cases_move_and_their_windows_fill()
    {
        GoldenValues[] train = [.. GoldenFile.Read("cross-iteration-burn-in").Steps.Where(step => step.Mode == "train")];

        Assert.Equal([1, 1, 1, 2, 3, 3], train.Select(step => (int)step["window_length"].Scalar));
        Assert.All(train.Zip(train.Skip(1)), steps =>
            Assert.NotEqual(steps.First["linear_weight"].Doubles, steps.Second["linear_weight"].Doubles));
    }

    [Theory]
    [InlineData("cross-iteration-long-steps")]
    [InlineData("cross-iteration-long-steps-drop")]
    [InlineData("cross-iteration-long-steps-drop-epsilon-outside")]
    public void Long_steps_carry_the_mean_square_below_the_squared_mean_in_some_channels_only(string name) =>
        Assert.Contains(GoldenFile.Read(name).Steps.Where(step => step.Has("below")),
            step => step["below"].Integers.Distinct().Order().SequenceEqual([0, 1]));

    [Fact]
    public void A_taylor_step_misses_the_mean_square_by_its_second_order_and_the_mean_by_nothing()
    {
        GoldenValues step = GoldenFile.Read("cross-iteration-taylor-step").Steps[0];

        AssertEqual(step["later_mean"].Doubles, step["carried_mean"].Doubles);
        AssertEqual(step["later_mean_square"].Doubles,
            [.. step["carried_mean_square"].Doubles.Zip(step["second_order"].Doubles, (carried, second) => carried + second)]);
    }

    public static TheoryData<string> Masked => [.. GoldenFile.Names("masked")];

    [Theory]
    [MemberData(nameof(Masked))]
    public void What_a_mask_leaves_out_is_garbage_going_in_and_zero_coming_out(string name)
    {
        GoldenFile golden = GoldenFile.Read(name);
        bool channelLast = golden.Option<int>("axis") < 0;

        Assert.All(golden.Steps, step =>
        {
            int[] mask = step["mask"].Integers;
            Assert.Contains(0, mask);
            Assert.Contains(LeftOut("input"), value => Math.Abs(value) > 1e5);
            Assert.All(LeftOut("output"), value => Assert.Equal(0, value));
            if (step.Has("output_gradient"))
            {
                Assert.Contains(LeftOut("output_gradient"), value => Math.Abs(value) > 1e5);
                Assert.All(LeftOut("input_gradient"), value => Assert.Equal(0, value));
            }

            IEnumerable<double> LeftOut(string tensor)
            {
                (int[] shape, double[] values) = step[tensor];
                int channels = channelLast ? shape[2] : shape[1], positions = channelLast ? shape[1] : shape[2];
                return values.Where((_, index) =>
                {
                    int sample = index / (channels * positions);
                    int position = channelLast ? index / channels % positions : index % positions;
                    return mask[(sample * positions) + position] == 0;
                });
            }
        });
    }

    [Theory]
    [InlineData("sync-batch-norm", "shares")]
    [InlineData("accumulated-batch-norm", "micro_batches")]
    public void The_parts_of_a_batch_add_up_to_it(string prefix, string option) =>
        Assert.All(GoldenFile.Names(prefix).Select(GoldenFile.Read), golden =>
            Assert.All(golden.Steps.Where(step => step.Mode == "train"),
                step => Assert.Equal(step["input"].Shape[0], golden.Option<int[]>(option).Sum())));

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static double[] ChannelMeans(double[] values, int channels) =>
        [.. Enumerable.Range(0, channels).Select(channel => values.Where((_, index) => index % channels == channel).Average())];

    private static void AssertEqual(double[] expected, double[] actual)
    {
        Assert.Equal(expected.Length, actual.Length);
        Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First, pair.Second, Tolerance * Math.Max(1, Math.Abs(pair.First))));
    }
}
