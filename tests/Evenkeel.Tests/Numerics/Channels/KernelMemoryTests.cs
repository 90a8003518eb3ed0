using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Numerics.Channels;

public class KernelMemoryTests
{
    private static readonly int[] Lengths = [.. Enumerable.Range(1, 65), 4095, 4096, 4097, 32_767, 32_768, 32_769];

    [Fact]
    public void No_kernel_touches_memory_that_is_not_its_own_or_cares_where_its_memory_begins()
    {
        foreach (Kernel kernel in Views.All.SelectMany(Kernels.OfChannels)
            .Concat(Views.Tables.SelectMany(Kernels.OfTables))
            .Concat(Views.Pooled.SelectMany(Kernels.OfPooling))
            .Concat(Lengths.SelectMany(Kernels.OfElements))
            .Concat(Lengths.SelectMany(length => Kernels.OfRowSets(rows: 3, length))))
        {
            string expected = kernel.InArrays();
            Assert.Equal((kernel.Name, expected), (kernel.Name, kernel.InGuardedMemory()));
            Assert.Equal((kernel.Name, expected), (kernel.Name, kernel.Unaligned()));
        }
    }
}
