using System.Runtime.Intrinsics.X86;

namespace Evenkeel.Tests.Probes;

/// <summary>The same bits whatever vectors the machine has.</summary>
public class InstructionSetTests
{
    [Theory]
    [InlineData(InstructionSets.NoAvx512)]
    [InlineData(InstructionSets.NoAvx2)]
    [InlineData(InstructionSets.NoAvx)]
    public void Kernels_have_the_same_bits(InstructionSets instructionSets) =>
        Assert.Equal(ProbeRunner.Run<KernelsProbe>(), ProbeRunner.Run<KernelsProbe>(instructionSets));

    [Theory]
    [InlineData(InstructionSets.NoAvx512)]
    [InlineData(InstructionSets.NoAvx2)]
    public void Strategies_of_memory_have_the_same_bits(InstructionSets instructionSets) =>
        Assert.Equal(ProbeRunner.Run<StrategiesProbe>(threads: 1), ProbeRunner.Run<StrategiesProbe>(instructionSets, threads: 2));

    [Theory]
    [InlineData(InstructionSets.NoAvx512)]
    [InlineData(InstructionSets.NoAvx2)]
    [InlineData(InstructionSets.NoAvx)]
    public void Training_ends_with_the_same_bits(InstructionSets instructionSets) =>
        Assert.Equal(ProbeRunner.Run<TrainingProbe>(threads: 1), ProbeRunner.Run<TrainingProbe>(instructionSets, threads: 2));

    [Theory]
    [InlineData(InstructionSets.NoAvx512)]
    [InlineData(InstructionSets.NoAvx2)]
    public void Scalers_have_the_same_bits(InstructionSets instructionSets) =>
        Assert.Equal(ProbeRunner.Run<ScalersProbe>(threads: 1), ProbeRunner.Run<ScalersProbe>(instructionSets, threads: 2));

    [Theory]
    [InlineData(InstructionSets.NoAvx512)]
    [InlineData(InstructionSets.NoAvx2)]
    public void Convolutions_have_the_same_bits(InstructionSets instructionSets) =>
        Assert.Equal(ProbeRunner.Run<ConvolutionProbe>(threads: 1), ProbeRunner.Run<ConvolutionProbe>(instructionSets, threads: 2));

    [Theory]
    [InlineData(InstructionSets.NoAvx512)]
    [InlineData(InstructionSets.NoAvx2)]
    public void Training_on_images_ends_with_the_same_bits(InstructionSets instructionSets) =>
        Assert.Equal(ProbeRunner.Run<ImageTrainingProbe>(threads: 1), ProbeRunner.Run<ImageTrainingProbe>(instructionSets, threads: 2));

    [Fact]
    public void Emulation_is_reported_once_and_only_where_it_runs()
    {
        if (!Fma.IsSupported)
        {
            return;
        }

        Assert.Equal("AVX2: True, 0 events\n", ProbeRunner.Run<HardwareProbe>(InstructionSets.NoAvx512));
        Assert.Equal("AVX: False, 1 events\n", ProbeRunner.Run<HardwareProbe>(InstructionSets.NoAvx2));
        Assert.Equal("SSE: False, 1 events\n", ProbeRunner.Run<HardwareProbe>(InstructionSets.NoAvx));
    }
}
