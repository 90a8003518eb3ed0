using Evenkeel.Layers;
using Evenkeel.Normalization;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.Support.Refusals;

namespace Evenkeel.Tests.Normalization;

public class RenormScheduleTests
{
    [Fact]
    public void The_paper_s_schedule_is_that_of_the_paper()
    {
        (long, double, double)[] expected =
            [(0, 1, 0), (4999, 1, 0), (5000, 1, 0), (15_000, 1 + 2 * 10.0 / 35, 2.5), (22_500, 2, 5 * 17.5 / 20),
                (25_000, 1 + 2 * 20.0 / 35, 5), (40_000, 3, 5), (1_000_000, 3, 5)];
        foreach ((long step, double rMax, double dMax) in expected)
        {
            Assert.Equal((rMax, dMax), RenormSchedule.Paper.At(step));
        }

        var jump = RenormSchedule.Linear(warmUp: 10, rMax: 2, rMaxAt: 10, dMax: 1, dMaxAt: 10);
        Assert.Equal([(1, 0), (2, 1)], (ReadOnlySpan<(double, double)>)[jump.At(9), jump.At(10)]);
    }

    [Fact]
    public void Linear_begins_at_batch_normalization_and_ends_at_its_limits_exactly()
    {
        foreach ((double rMax, double dMax) in (ReadOnlySpan<(double, double)>)[
            (1.1, 0.7), (3.3, 5), (1e300, 1e300), (double.MaxValue, double.MaxValue)])
        {
            var schedule = RenormSchedule.Linear(warmUp: 4, rMax, rMaxAt: 9, dMax, dMaxAt: 7);
            Assert.Equal((1, 0), schedule.At(0));
            Assert.Equal((1, 0), schedule.At(4));
            Assert.Equal((rMax, dMax), schedule.At(9));
            Assert.Equal((rMax, dMax), schedule.At(long.MaxValue));
        }
    }

    [Fact]
    public void Refuses_limits_that_narrow_below_batch_normalization_and_steps_that_run_backwards()
    {
        foreach (double rMax in (double[])[0.9, -1, double.NaN])
        {
            AssertRefused<ArgumentOutOfRangeException>(() => RenormSchedule.Constant(rMax, 0), "rMax", "at least 1");
            AssertRefused<ArgumentOutOfRangeException>(() => RenormSchedule.Linear(0, rMax, 5, 1, 5), "rMax", "at least 1");
        }

        foreach (double dMax in (double[])[-0.1, double.NaN])
        {
            AssertRefused<ArgumentOutOfRangeException>(() => RenormSchedule.Constant(1, dMax), "dMax", "at least 0");
            AssertRefused<ArgumentOutOfRangeException>(() => RenormSchedule.Linear(0, 2, 5, dMax, 5), "dMax", "at least 0");
        }

        AssertRefused<ArgumentOutOfRangeException>(() => RenormSchedule.Linear(0, double.PositiveInfinity, 5, 1, 5), "rMax", "finite");
        AssertRefused<ArgumentOutOfRangeException>(() => RenormSchedule.Linear(0, 2, 5, double.PositiveInfinity, 5), "dMax", "finite");
        AssertRefused<ArgumentOutOfRangeException>(() => RenormSchedule.Linear(-1, 2, 5, 1, 5), "warmUp", "-1");
        AssertRefused<ArgumentOutOfRangeException>(() => RenormSchedule.Linear(10, 2, 9, 1, 20), "rMaxAt", "9");
        AssertRefused<ArgumentOutOfRangeException>(() => RenormSchedule.Linear(10, 2, 20, 1, 9), "dMaxAt", "9");
        AssertRefused<ArgumentNullException>(() => RenormSchedule.Of(null!), "limits");
    }

    [Fact]
    public void A_schedule_of_one_s_own_is_asked_at_each_step_that_the_batch_normalizes_and_at_no_other()
    {
        List<long> asked = [];
        var norm = new BatchRenorm(2, new()
        {
            Schedule = RenormSchedule.Of(step =>
            {
                asked.Add(step);
                return (1 + step, step);
            }),
        });
        Step(norm, Pass.Training);
        Step(norm, Pass.Inference);
        norm.Freeze();
        Step(norm, Pass.Training);
        norm.Unfreeze();
        Step(norm, Pass.Training);
        Assert.Equal([0, 1], asked);
        Assert.Equal(2, norm.Steps);
    }

    [Theory]
    [InlineData(0.5, 0)]
    [InlineData(double.NaN, 0)]
    [InlineData(1, -0.5)]
    [InlineData(1, double.NaN)]
    public void Limits_out_of_range_are_found_when_they_are_wanted_and_change_nothing(double rMax, double dMax)
    {
        var norm = new BatchRenorm(2, new() { Schedule = RenormSchedule.Of(step => step == 1 ? (rMax, dMax) : (1, 0)) });
        Step(norm, Pass.Training);
        double[] mean = [.. norm.RunningStatistics.Mean];
        string message = Assert.Throws<InvalidOperationException>(() => Step(norm, Pass.Training)).Message;
        Assert.Contains(
            FormattableString.Invariant($"At step 1, the schedule gives r_max {rMax} and d_max {dMax}"), message, StringComparison.Ordinal);
        Assert.Equal(mean, norm.RunningStatistics.Mean);
        Assert.Equal((1, 1), (norm.Steps, norm.RunningStatistics.BatchesTracked));
        Step(norm, Pass.Inference);
    }

    private static void Step(BatchRenorm norm, Pass pass) => norm.Forward(TestData.Tensor(TestData.Uniform(8, seed: 1), 4, 2), pass);
}
