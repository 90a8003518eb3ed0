using System.Diagnostics.Tracing;
using System.Globalization;
using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Probes;

/// <summary>What <see cref="Hardware"/> says, and how often emulation is reported while a layer predicts twice.</summary>
public sealed class HardwareProbe : Probe
{
    public override void Run(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        using var listener = new Listener();
        var layer = new Linear(9, 7, new RandomSource(1));
        layer.Forward(TestData.Tensor(TestData.Uniform(5 * 9, seed: 1), 5, 9), Pass.Inference);
        layer.Forward(TestData.Tensor(TestData.Uniform(5 * 9, seed: 2), 5, 9), Pass.Inference);
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{Hardware.InstructionSet}: {Hardware.HasFusedMultiplyAdd}, {listener.Count} events"));
    }

    private sealed class Listener : EventListener
    {
        public int Count { get; private set; }

        protected override void OnEventSourceCreated(EventSource eventSource)
        {
            if (eventSource.Name == "Evenkeel")
            {
                EnableEvents(eventSource, EventLevel.Warning);
            }
        }

        protected override void OnEventWritten(EventWrittenEventArgs eventData)
        {
            Assert.Contains("no fused multiply-add", eventData.Message, StringComparison.Ordinal);
            Count++;
        }
    }
}
