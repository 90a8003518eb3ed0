using Evenkeel.Numerics.Images;
using Evenkeel.Tests.Support;
using static Evenkeel.Tests.ProcessWideState;
using static Evenkeel.Tests.Support.Closeness;

namespace Evenkeel.Tests.Numerics.Images;

[Collection(nameof(ProcessWideState))]
public class ConvolutionThreadsTests
{
    private static readonly ConvolutionShape[] Shapes =
    [
        .. Convolutions.BothLayouts(20, (16, 33, 1), (12, 12), (3, 3), padding: (1, 1)),
        .. Convolutions.BothLayouts(1, (16, 16, 1), (70, 50), (3, 3), (2, 2), (1, 1)),
        .. Convolutions.BothLayouts(9, (48, 48, 48), (20, 20), (3, 3), padding: (1, 1)),
        .. Convolutions.BothLayouts(5, (24, 36, 3), (15, 15), (3, 3), (2, 1), (1, 1), (1, 2)),
    ];

    [Fact]
    public void Has_the_same_bits_for_any_number_of_threads()
    {
        foreach (ConvolutionShape shape in Shapes)
        {
            float[] alone = [];
            WithThreads(1, () => alone = Convolutions.Results(shape));
            foreach (int threads in (int[])[2, 3, 8])
            {
                WithThreads(threads, () => AssertSameBits(alone, Convolutions.Results(shape)));
            }
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Allocates_nothing_once_it_has_run(int threads) => WithThreads(threads, () =>
    {
        foreach (ConvolutionShape shape in Shapes)
        {
            float[] x = new float[shape.InputLength], y = new float[shape.OutputLength], weight = new float[shape.WeightLength];
            RunOften();
            Assert.Equal(0, AllocatedBytes(RunOften));

            void RunOften()
            {
                for (int i = 0; i < 10; i++)
                {
                    Convolution.Forward(shape, x, weight, weight.AsSpan(0, shape.Outputs), default, y);
                    Convolution.WeightGradient(shape, x, y, weight, accumulate: true);
                    Convolution.InputGradient(shape, y, weight, x);
                }
            }
        }
    });
}
