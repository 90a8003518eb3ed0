using System.Diagnostics;
using Evenkeel.Load;
using Evenkeel.Models;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Options;

namespace Evenkeel.WebService.Tests;

public class ReloadTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public void Without_a_model_the_service_does_not_start()
    {
        var thrown = Assert.IsType<FileNotFoundException>(StartFailure("Model:Path", "no.evenkeel"));
        Assert.Contains("no.evenkeel", thrown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Model:Path", "")]
    [InlineData("Model:ReloadInterval", "00:00:00")]
    [InlineData("Model:MaxSamples", "0")]
    public void Wrong_settings_are_refused_at_the_start(string name, string value)
    {
        var thrown = Assert.IsType<OptionsValidationException>(StartFailure(name, value));
        Assert.Contains(name, thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_file_is_served()
    {
        using var service = new RunningService(seed: 1);
        await AssertServesAsync(service, seed: 1);
        RunningService.Model(seed: 2).Save(service.ModelPath);
        await EventuallyAsync(service, () => AnswersAsync(service, seed: 2));

        await AssertServesAsync(service, seed: 2);
        Assert.Equal("Healthy", await service.Client.GetStringAsync("healthz"));
        Assert.Equal(2, service.Log.Count(line => line.StartsWith("Information: Serving", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Requests_during_a_change_are_answered_by_one_model_or_the_other()
    {
        using var service = new RunningService(seed: 1);
        IReadOnlyList<PredictionCase> first = RunningService.Cases(seed: 1), second = RunningService.Cases(seed: 2);
        using var stop = new CancellationTokenSource();
        int ofFirst = 0, ofSecond = 0, wrong = 0;
        Task[] clients = [.. Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            for (int i = 0; !stop.IsCancellationRequested; i = (i + 1) % first.Count)
            {
                byte[] answer = await AnswerAsync(service, first[i]);
                bool isOfFirst = first[i].IsRight(answer), isOfSecond = second[i].IsRight(answer);
                Interlocked.Increment(ref isOfFirst ? ref ofFirst : ref isOfSecond ? ref ofSecond : ref wrong);
            }
        }))];
        for (ulong change = 0; change < 6; change++)
        {
            ulong seed = 1 + (change + 1) % 2;
            RunningService.Model(seed).Save(service.ModelPath);
            await EventuallyAsync(service, () => AnswersAsync(service, seed));
        }

        stop.Cancel();
        await Task.WhenAll(clients);
        Assert.Equal(0, wrong);
        Assert.True(ofFirst > 0 && ofSecond > 0);
    }

    [Fact]
    public async Task A_file_that_cannot_be_served_leaves_the_old_model_serving()
    {
        using var service = new RunningService(seed: 1);
        byte[] complete = await File.ReadAllBytesAsync(service.ModelPath);
        byte[] damaged = [.. complete];
        damaged[^1] ^= 1;
        (Action Change, string Reason)[] changes =
        [
            (() => Replace(damaged), "hash"),
            (() => Replace(complete[..^20]), "follow the header"),
            (() => File.Delete(service.ModelPath), "Could not find"),
            (() => RunningService.Model(seed: 2, outputs: 5).Save(service.ModelPath), "maps [20] to [5]"),
            (() => NotANumber().Save(service.ModelPath), "not numbers"),
        ];
        foreach ((Action change, string reason) in changes)
        {
            change();
            await EventuallyAsync(service, () => Task.FromResult(
                Errors().Any(line => line.Contains(reason, StringComparison.Ordinal))));
            await AssertServesAsync(service, seed: 1);
            Assert.Equal("Degraded", await service.Client.GetStringAsync("healthz"));
        }

        Assert.Equal(changes.Length, Errors().Count());
        RunningService.Model(seed: 2).Save(service.ModelPath);
        await EventuallyAsync(service, async () => await service.Client.GetStringAsync("healthz") == "Healthy");
        await AssertServesAsync(service, seed: 2);

        static ModelFile NotANumber()
        {
            ModelFile model = RunningService.Model(seed: 2);
            model.Network.Parameters[0].Value[0, 3] = float.NaN;
            return model;
        }

        IEnumerable<string> Errors() => service.Log.Where(line => line.StartsWith("Error", StringComparison.Ordinal));

        void Replace(byte[] contents)
        {
            string other = service.ModelPath + ".new";
            File.WriteAllBytes(other, contents);
            File.Move(other, service.ModelPath, overwrite: true);
        }
    }

    [Fact]
    public async Task A_file_that_is_written_slowly_is_served_once_it_is_complete()
    {
        using var service = new RunningService(seed: 1);
        var contents = new MemoryStream();
        RunningService.Model(seed: 2).Write(contents);
        using (FileStream file = File.Create(service.ModelPath))
        {
            file.Write(contents.GetBuffer(), 0, 1000);
            file.Flush();
            await EventuallyAsync(service, async () => await service.Client.GetStringAsync("healthz") == "Degraded");
            await AssertServesAsync(service, seed: 1);
            file.Write(contents.GetBuffer(), 1000, (int)contents.Length - 1000);
        }

        await EventuallyAsync(service, () => AnswersAsync(service, seed: 2));
    }

    [Fact]
    public async Task A_symbolic_link_to_another_file_is_served()
    {
        using var service = new RunningService(seed: 1);
        string folder = Path.GetDirectoryName(service.ModelPath)!, target = Path.Combine(folder, "2.evenkeel");
        RunningService.Model(seed: 2).Save(target);
        File.Delete(service.ModelPath);
        File.CreateSymbolicLink(service.ModelPath, target);
        await EventuallyAsync(service, () => AnswersAsync(service, seed: 2));

        RunningService.Model(seed: 3).Save(target);
        await EventuallyAsync(service, () => AnswersAsync(service, seed: 3));
    }

    /// <summary>The exception that ends the service when it starts with a setting.</summary>
    private static Exception StartFailure(string setting, string value)
    {
        Exception? thrown;
        do
        {
            using var factory = new WebApplicationFactory<Program>();
            using WebApplicationFactory<Program> service = factory.WithWebHostBuilder(builder => builder.UseSetting(setting, value));
            thrown = Record.Exception(() => service.Services);
        }
        while (thrown is ObjectDisposedException); // the service may end before the factory has read its services

        return Assert.IsAssignableFrom<Exception>(thrown);
    }

    private static async Task AssertServesAsync(RunningService service, ulong seed)
    {
        foreach (PredictionCase sent in RunningService.Cases(seed))
        {
            Assert.True(sent.IsRight(await AnswerAsync(service, sent)));
        }
    }

    private static async Task<bool> AnswersAsync(RunningService service, ulong seed)
    {
        PredictionCase sent = RunningService.Cases(seed)[0];
        return sent.IsRight(await AnswerAsync(service, sent));
    }

    private static async Task<byte[]> AnswerAsync(RunningService service, PredictionCase sent)
    {
        using HttpContent body = sent.Content();
        using HttpResponseMessage answer = await service.Client.PostAsync("predict", body);
        return await answer.EnsureSuccessStatusCode().Content.ReadAsByteArrayAsync();
    }

    private static async Task EventuallyAsync(RunningService service, Func<Task<bool>> condition)
    {
        long start = Stopwatch.GetTimestamp();
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Patience, string.Join('\n', service.Log));
            await Task.Delay(10);
        }
    }
}
