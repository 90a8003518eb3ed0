using System.Collections.Concurrent;
using Evenkeel.Inference;
using Evenkeel.Layers;
using Evenkeel.Layers.Activations;
using Evenkeel.Models;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using Evenkeel.Numerics;
using Evenkeel.Tests.Support;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.Extensions.Logging;

namespace Evenkeel.WebService.Tests;

/// <summary>The web service in this process, on a port of its own, with a model file that a test may change.</summary>
internal sealed class RunningService : WebApplicationFactory<Program>
{
    public const int Inputs = 20;
    public const int Outputs = 4;
    public const int MaxSamples = 50;

    private readonly TemporaryFolder _folder = new();
    private bool _isDisposed;

    /// <summary>Starts the service with the model of a seed.</summary>
    public RunningService(ulong seed = 1)
    {
        ModelPath = Path.Combine(_folder.Path, "model.evenkeel");
        Model(seed).Save(ModelPath);
        UseKestrel();
        StartServer();
        Client = new HttpClient { BaseAddress = ClientOptions.BaseAddress };
    }

    public string ModelPath { get; }

    public HttpClient Client { get; }

    /// <summary>The messages that the service has logged.</summary>
    public ConcurrentQueue<string> Log { get; } = [];

    /// <summary>A network with weights and running statistics drawn from a seed.</summary>
    public static ModelFile Model(ulong seed, int outputs = Outputs)
    {
        var random = new RandomSource(seed);
        var network = new Sequential(
            new Linear(Inputs, 16, random, bias: false), new BatchNorm(16), new Relu(), new Linear(16, outputs, random));
        return new ModelFile(network) { SampleShape = [Inputs] };
    }

    /// <summary>Requests and the answers of the model of a seed.</summary>
    public static IReadOnlyList<Load.PredictionCase> Cases(ulong seed, int samples = 1) =>
        Load.PredictionCase.Create(Model(seed).Compile(), 20, samples);

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        builder.UseSetting(WebHostDefaults.ServerUrlsKey, "http://127.0.0.1:0");
        builder.UseSetting("Model:Path", ModelPath);
        builder.UseSetting("Model:ReloadInterval", "00:00:00.02");
        builder.UseSetting("Model:MaxSamples", $"{MaxSamples}");
        builder.ConfigureLogging(logging => logging.AddProvider(new Recorder(Log)));
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing && !_isDisposed)
        {
            _isDisposed = true; // the base class disposes twice
            Client.Dispose();
            _folder.Dispose();
        }
    }

    private sealed class Recorder(ConcurrentQueue<string> messages) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public bool IsEnabled(LogLevel logLevel) => true;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            messages.Enqueue($"{logLevel}: {formatter(state, exception)}");

        public void Dispose()
        {
        }
    }
}
