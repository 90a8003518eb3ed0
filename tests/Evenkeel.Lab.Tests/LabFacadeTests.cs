using System.Text.Json;
using System.Text.Json.Nodes;

namespace Evenkeel.Lab.Tests;

public sealed class LabFacadeTests : IDisposable
{
    private const string Run = """{"normalizer":"batch","place":"before","activation":"relu","depth":1,"width":8,"scale":0,"""
        + """ "learningRate":0.1,"batchSize":32,"seed":0}""";

    private const string Descent = "\"correlation\":0,\"scaled\":false,\"rate\":1,\"steps\":1,\"optimizer\":";

    private readonly LabFacade _lab = new();

    public void Dispose() => _lab.Dispose();

    [Theory]
    [InlineData("nothing", "{}", "There is no operation 'nothing'")]
    [InlineData("explain", "{}", "name")]
    [InlineData("explain", "null", "null")]
    [InlineData("explain", "{\"name\":\"nothing\"}", "There is no explanation 'nothing'")]
    [InlineData("explain", "{\"name\":\"batch-norm\",\"surprise\":1}", "surprise")]
    [InlineData("explain", "{\"name\":\"batch-norm\",\"shape\":[2,2],\"values\":[1,2,3]}", "3 values", "[2, 2]")]
    [InlineData("explain", "{\"name\":\"batch-norm\",\"shape\":[65536,65536],\"values\":[]}", "0 values")]
    [InlineData("explain", "{\"name\":\"batch-norm\",\"shape\":[-1,-1],\"values\":[1]}", "1 values")]
    [InlineData("explain", "{\"name\":\"batch-norm\",\"weight\":[1]}", "gamma has 1 value")]
    [InlineData("nudge", "{\"example\":{\"name\":\"batch-norm\"},\"element\":16,\"step\":0.1}", "no element 16")]
    [InlineData("nudge", "{\"example\":{\"name\":\"batch-norm\"},\"element\":0,\"step\":0}", "step 0")]
    [InlineData("nudge", "{\"example\":{\"name\":\"batch-norm\"},\"element\":0,\"step\":1e-300}", "does not move 2")]
    [InlineData("explain", "{\"name\":\"batch-norm\",\"groups\":0}", "0 groups", "at least 1")]
    [InlineData("nudge", "{\"example\":{\"name\":\"scaling\"},\"element\":0,\"step\":0.1}", "no gradient")]
    [InlineData("nudge", "{\"example\":{\"name\":\"cross-iteration\"},\"element\":0,\"step\":0.1}", "layer before")]
    [InlineData("valley", "{\"ratio\":1}", "required")]
    [InlineData("valley", "{\"ratio\":1e9," + Descent + "\"plain\"}", "ratio")]
    [InlineData("valley", "{\"ratio\":9," + Descent + "\"x\"}", "no optimizer 'x'")]
    [InlineData("time", "{\"newWeight\":2,\"isSample\":true,\"batchSize\":8,\"steps\":10,\"after\":\"train\",\"seed\":0}", "weight")]
    [InlineData("trap", "{\"name\":\"x\"}", "no trap 'x'")]
    [InlineData("control", "{\"isPaused\":true}", "Nothing trains")]
    [InlineData("train", "{\"first\":{},\"second\":{}}", "required")]
    [InlineData("train", "[", "JSON")]
    public void A_wrong_request_is_refused_with_its_reason(string operation, string request, params string[] words)
    {
        string message = Assert.Throws<LabException>(() => _lab.Call(operation, request)).Message;

        Assert.All(words, word => Assert.Contains(word, message, StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("\"batch\"", "\"nothing\"", "no normalizer 'nothing'")]
    [InlineData("\"batch\"", "\"instance\"", "instance")]
    [InlineData("\"before\"", "\"beside\"", "beside")]
    [InlineData("\"relu\"", "\"step\"", "no activation 'step'")]
    [InlineData("\"depth\":1", "\"depth\":11", "depth")]
    [InlineData("\"width\":8", "\"width\":7", "width")]
    [InlineData("\"scale\":0", "\"scale\":-1", "scale")]
    [InlineData("\"learningRate\":0.1", "\"learningRate\":0", "learning rate")]
    [InlineData("\"batchSize\":32", "\"batchSize\":1", "batch size")]
    [InlineData("\"seed\":0", "\"seed\":-1", "seed")]
    public void Wrong_settings_of_a_run_are_refused_and_what_trains_goes_on(string right, string wrong, string word)
    {
        _ = _lab.Call("train", $$"""{"first":{{Run}},"second":{{Run}}}""");
        string message = Assert.Throws<LabException>(() =>
            _lab.Call("train", $$"""{"first":{{Run}},"second":{{Run.Replace(right, wrong, StringComparison.Ordinal)}}}""")).Message;

        Assert.Contains(word, message, StringComparison.Ordinal);
        Assert.NotNull(_lab.Frames());
    }

    [Fact]
    public void Both_runs_train_pause_and_end()
    {
        Assert.Null(_lab.Frames());
        _ = _lab.Call("train", $$"""{"first":{{Run}},"second":{{Run.Replace("batch\"", "none\"", StringComparison.Ordinal)}}}""");
        WaitFor(() => Steps().All(step => step > 20));

        _ = _lab.Call("control", """{"isPaused":true,"learningRate":0.01}""");
        Thread.Sleep(200); // the step that is under way
        long[] paused = Steps();
        Thread.Sleep(200);
        Assert.Equal(paused, Steps());

        _ = _lab.Call("control", """{"isPaused":false}""");
        WaitFor(() => Steps().Zip(paused).All(pair => pair.First > pair.Second));
        _ = _lab.Call("stop", "");
        Assert.Null(_lab.Frames());
    }

    [Fact]
    public async Task A_pause_at_the_moment_of_the_end_holds_nothing_up()
    {
        using var ending = new CancellationTokenSource();
        Task pauses = Task.Run(() =>
        {
            while (!ending.IsCancellationRequested)
            {
                try
                {
                    _ = _lab.Call("control", """{"isPaused":true}""");
                }
                catch (LabException)
                {
                    // Nothing trains at the moment.
                }
            }
        });
        Task starts = Task.Run(() =>
        {
            for (int i = 0; i < 30; i++)
            {
                _ = _lab.Call("train", $$"""{"first":{{Run}},"second":{{Run}}}""");
                _ = _lab.Call("stop", "");
            }
        });

        Assert.Same(starts, await Task.WhenAny(starts, Task.Delay(TimeSpan.FromSeconds(60))));
        ending.Cancel();
        await pauses;
    }

    [Fact]
    public void A_nudge_comes_near_the_gradient()
    {
        JsonNode far = Answer("nudge", """{"example":{"name":"batch-norm"},"element":1,"step":0.1}""");
        JsonNode near = Answer("nudge", """{"example":{"name":"batch-norm"},"element":1,"step":0.001}""");

        Assert.InRange(Distance(far), 1e-6, 1e-3);
        Assert.InRange(Distance(near), 0, 1e-7);

        static double Distance(JsonNode nudge) => Math.Abs((double)nudge["gradient"]! - (double)nudge["slope"]!);
    }

    [Fact]
    public void The_page_is_told_what_there_is()
    {
        JsonNode description = Answer("describe", "");

        Assert.Equal(11, description["explanations"]!.AsObject().Count);
        Assert.DoesNotContain("instance", description["normalizers"]!.AsObject().Select(entry => entry.Key));
        Assert.All(description["traps"]!.AsArray(), trap => Assert.Equal(3, trap!["choices"]!.AsArray().Count));
    }

    private JsonNode Answer(string operation, string request) => JsonNode.Parse(_lab.Call(operation, request))!;

    private long[] Steps() =>
        [.. JsonSerializer.Deserialize<JsonNode>(_lab.Frames()!)!.AsArray().Select(frame => (long)frame!["step"]!)];

    private static void WaitFor(Func<bool> condition) =>
        Assert.True(SpinWait.SpinUntil(condition, TimeSpan.FromSeconds(60)), "nothing happened in a minute");
}
