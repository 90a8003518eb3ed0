using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Evenkeel.Load;

namespace Evenkeel.WebService.Tests;

public sealed class PredictionTests : IDisposable
{
    private readonly RunningService _service = new();

    public void Dispose() => _service.Dispose();

    [Theory]
    [InlineData(1, 3000)]
    [InlineData(7, 500)]
    public async Task Answers_are_right_to_the_bit_under_load(int samples, int requests)
    {
        using var generator = new LoadGenerator(_service.Client.BaseAddress!, RunningService.Cases(seed: 1, samples), connections: 8);
        LoadResult result = await generator.RunAsync(requests);

        Assert.Equal((0, 0, null), (result.Wrong, result.Errors, result.FirstError));
        Assert.All(result.Milliseconds, time => Assert.True(time > 0));
    }

    [Fact]
    public async Task Classes_are_the_indices_of_the_largest_outputs()
    {
        JsonNode answer = (await PostAsync(Body(Enumerable.Range(0, 3).Select(i => Sample(RunningService.Inputs, i))))).Json!;
        float[][] outputs = answer["outputs"].Deserialize<float[][]>()!;

        Assert.All(outputs, row => Assert.Equal(RunningService.Outputs, row.Length));
        Assert.Equal(outputs.Select(row => Array.IndexOf(row, row.Max())), answer["classes"].Deserialize<int[]>()!);
        Assert.Equal(3, outputs.Length);
    }

    public static TheoryData<string, string[]> BadRequests => new()
    {
        { "", ["body", "empty"] },
        { "null", ["body", "empty"] },
        { "[]", ["\"inputs\"", "at $, line 1"] },
        { "{}", ["\"inputs\"", "at $, line 1"] },
        { """{"inputs": null}""", ["\"inputs\"", "line 1"] },
        { """{"inputs": []}""", ["length 0", "1 to 50"] },
        { """{"inputs": [[]]}""", ["inputs[0]", "length 0", "20 numbers"] },
        { """{"inputs": [null]}""", ["inputs[0]", "null"] },
        { """{"inputs": [1, 2]}""", ["$.inputs[0]"] },
        { Body([Sample(20), Sample(19)]), ["inputs[1]", "length 19", "20 numbers"] },
        { Body([Sample(21)]), ["inputs[0]", "length 21", "20 numbers"] },
        { Body(Enumerable.Repeat(Sample(20), 51)), ["length 51", "1 to 50"] },
        { Body([Sample(20)])[..^2], ["JSON"] },
        { Body([Sample(20)]).Replace("[[", "[[NaN,", StringComparison.Ordinal), ["$.inputs[0][0]", "byte 13"] },
        { Body([Sample(19)]).Replace("[[", "[[\"1\",", StringComparison.Ordinal), ["$.inputs[0][0]"] },
        { Body([Sample(19)]).Replace("[[", "[[1e99,", StringComparison.Ordinal), ["inputs[0]", "single precision"] },
        { Body([Sample(19)]).Replace("[[", "[[3e38,", StringComparison.Ordinal), ["infinite", "too large"] },
        { Body([Sample(20)]).Replace("inputs", "input", StringComparison.Ordinal), ["\"inputs\"", "$.input,"] },
        { Body([Sample(20)]).Replace("}", ""","inputs":[]}""", StringComparison.Ordinal), ["\"inputs\"", "$.inputs,"] },
    };

    [Theory]
    [MemberData(nameof(BadRequests))]
    public async Task A_bad_request_is_answered_with_what_is_wrong(string body, string[] words)
    {
        (HttpStatusCode status, JsonNode? json) = await PostAsync(body);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        string detail = (string)json!["detail"]!;
        Assert.All(words, word => Assert.Contains(word, detail, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "predict");
        request.Content = new ByteArrayContent(new byte[(4 << 20) + 1]) { Headers = { ContentType = new("application/json") } };
        request.Headers.ExpectContinue = true; // the answer comes before the body is sent
        (HttpStatusCode status, JsonNode? json) = await AnswerAsync(await _service.Client.SendAsync(request));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, status);
        Assert.Contains("4 MiB", (string?)json!["detail"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Other_mistakes_have_their_status()
    {
        Assert.Equal(HttpStatusCode.NotFound, (await AnswerAsync(await _service.Client.GetAsync("nothing"))).Status);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await AnswerAsync(await _service.Client.GetAsync("predict"))).Status);
        using var text = new StringContent(Body([Sample(20)]));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await AnswerAsync(await _service.Client.PostAsync("predict", text))).Status);
        text.Headers.ContentType = MediaTypeHeaderValue.Parse("application/json; charset=bogus");
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, (await AnswerAsync(await _service.Client.PostAsync("predict", text))).Status);
    }

    [Fact]
    public async Task The_model_is_described()
    {
        JsonNode model = (await _service.Client.GetFromJsonAsync<JsonNode>("model"))!;

        Assert.Equal([RunningService.Inputs], model["inputShape"].Deserialize<int[]>()!);
        Assert.Equal([RunningService.Outputs], model["outputShape"].Deserialize<int[]>()!);
        Assert.InRange(model["loadedAt"].Deserialize<DateTimeOffset>(), DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow);
        Assert.Contains("1 thread", model["summary"].Deserialize<string[]>()![^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_load_generator_sees_wrong_answers_and_errors()
    {
        IReadOnlyList<PredictionCase> cases = RunningService.Cases(seed: 1);
        float[] wrong = [.. cases[1].Outputs];
        wrong[^1] = MathF.BitIncrement(wrong[^1]);
        using var generator = new LoadGenerator(
            _service.Client.BaseAddress!, [cases[0], cases[1] with { Outputs = wrong }, new PredictionCase("{"u8.ToArray(), [])], 2);
        LoadResult result = await generator.RunAsync(30);

        Assert.Equal((10, 10), (result.Wrong, result.Errors));
        Assert.Contains("400", result.FirstError, StringComparison.Ordinal);
    }

    private static float[] Sample(int length, int seed = 0) => [.. Enumerable.Range(1, length).Select(i => MathF.Sin(i + (20 * seed)))];

    private static string Body(IEnumerable<float[]> samples) => JsonSerializer.Serialize(new { inputs = samples });

    private async Task<(HttpStatusCode Status, JsonNode? Json)> PostAsync(string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json"));
        return await AnswerAsync(await _service.Client.PostAsync("predict", content));
    }

    /// <summary>The status and the JSON of an answer; whatever is not a success must be described as a problem.</summary>
    private static async Task<(HttpStatusCode Status, JsonNode? Json)> AnswerAsync(HttpResponseMessage answer)
    {
        using (answer)
        {
            string expected = answer.IsSuccessStatusCode ? "application/json" : "application/problem+json";
            Assert.Equal(expected, answer.Content.Headers.ContentType?.MediaType);
            return (answer.StatusCode, await answer.Content.ReadFromJsonAsync<JsonNode>());
        }
    }
}
