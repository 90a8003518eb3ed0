using System.Net.Http.Json;
using Evenkeel.Inference;
using Evenkeel.Models;
using Evenkeel.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Evenkeel.WebService.Tests;

/// <summary>The code of docs/serving.md that needs ASP.NET Core, compiled and run.</summary>
public class HostingExample
{
    [Fact]
    public void The_page_shows_the_code_of_this_file() =>
        Assert.All(DocumentedCode.In("tests/Evenkeel.WebService.Tests/HostingExample.cs"), example =>
            Assert.Contains(example.Code, DocumentedCode.Page(example.Page), StringComparison.Ordinal));

    [Fact]
    public async Task A_predictor_is_a_singleton()
    {
        using var folder = new TemporaryFolder();
        string path = Path.Combine(folder.Path, "model.evenkeel");
        RunningService.Model(seed: 1).Save(path);
        string[] args = ["--urls", "http://127.0.0.1:0"];

        // docs/serving.md
        WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
        builder.Services.AddSingleton(ModelFile.Load(path).Compile(new PredictorOptions { Threads = 1 }));
        WebApplication app = builder.Build();
        app.MapPost("/predict", (float[] sample, Predictor predictor) =>
        {
            if (sample.Length != predictor.InputLength)
            {
                return Results.Problem($"A sample has {predictor.InputLength} numbers.", statusCode: StatusCodes.Status400BadRequest);
            }

            float[] output = new float[predictor.OutputLength];
            predictor.Predict(sample, output, batch: 1);
            return Results.Ok(output);
        });
        // end

        await using (app)
        {
            await app.StartAsync();
            using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
            float[] sample = [.. Enumerable.Range(0, RunningService.Inputs).Select(i => i / 10f)];
            float[] expected = new float[RunningService.Outputs];
            app.Services.GetRequiredService<Predictor>().Predict(sample, expected, 1);
            using HttpResponseMessage answer = await client.PostAsJsonAsync("predict", sample);
            Assert.Equal(expected, await answer.Content.ReadFromJsonAsync<float[]>());
            using HttpResponseMessage refusal = await client.PostAsJsonAsync("predict", sample[1..]);
            Assert.Contains("20 numbers", await refusal.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        }
    }
}
