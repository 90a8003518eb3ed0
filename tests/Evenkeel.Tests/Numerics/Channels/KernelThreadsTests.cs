using Evenkeel.Numerics;
using Evenkeel.Numerics.Images;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.ProcessWideState;

namespace Evenkeel.Tests.Numerics.Channels;

[Collection(nameof(ProcessWideState))]
public class KernelThreadsTests
{
    private static readonly ChannelView[] LargeViews =
    [
        new(3000, 33, 1), new(2, 40_000, 1), new(40_000, 1, 1), new(1, 3, 40_000), new(64, 7, 300), new(3, 20_000, 2),
    ];

    // The first three have so few sets that their blocks (larger ones in the third) are shared; the fourth has sets enough.
    private static readonly ChannelView[] LargeTables = [new(3000, 33, 1), new(1, 3, 40_000), new(40_000, 5, 1), new(300, 700, 1)];

    private static readonly PoolingView[] LargeImages = [Views.Pooling(5, 40, 31, 24, 3, 2, 1), Views.Pooling(60, 40, 51, 1, 2, 2, 0)];

    [Fact]
    public void Kernels_have_the_same_bits_for_any_number_of_threads()
    {
        foreach (Kernel kernel in LargeViews.SelectMany(Kernels.OfChannels).Concat(Kernels.OfElements(100_013))
            .Concat(LargeImages.SelectMany(Kernels.OfPooling)).Concat(LargeTables.SelectMany(Kernels.OfTables))
            .Concat(Kernels.OfRowSets(3, 40_000)).Concat(Kernels.OfRowSets(3000, 33)))
        {
            string alone = "";
            WithThreads(1, () => alone = kernel.InArrays());
            foreach (int threads in (int[])[2, 3, 8])
            {
                WithThreads(threads, () => Assert.Equal((kernel.Name, alone), (kernel.Name, kernel.InArrays())));
            }
        }
    }
}
