using System.Diagnostics.Tracing;

namespace Evenkeel.Numerics.Simd;

/// <summary>Events of the library, under the name "Evenkeel", for listeners in the process and tools such as dotnet-trace.</summary>
[EventSource(Name = "Evenkeel")]
internal sealed class EvenkeelEventSource : EventSource
{
    /// <summary>The message where fused multiply-add is emulated, in one line.</summary>
    public const string EmulationMessage =
        "This processor or native build has no fused multiply-add (FMA). It is emulated: the results are the same, but training takes "
        + "20 to 50 times as long. For native builds see IlcInstructionSet.";

    private EvenkeelEventSource()
    {
    }

    /// <summary>The event source.</summary>
    public static EvenkeelEventSource Log { get; } = new();

    /// <summary>Reports the first emulated operation of the process.</summary>
    [Event(1, Level = EventLevel.Warning, Message = EmulationMessage)]
    public void FusedMultiplyAddEmulated() => WriteEvent(1);
}
