using System.Runtime.Intrinsics;
using Evenkeel.Numerics;

namespace Evenkeel.Tests.Numerics;

public class PhiloxTests
{
    // The known answers of the authors' Random123 library (kat_vectors, philox4x32 with 10 rounds).
    [Theory]
    [InlineData(0UL, 0UL, 0UL, new uint[] { 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8 })]
    [InlineData(ulong.MaxValue, ulong.MaxValue, ulong.MaxValue, new uint[] { 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd })]
    [InlineData(
        0x85a308d3_243f6a88, 0x03707344_13198a2e, 0x299f31d0_a4093822, new uint[] { 0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1 })]
    public void A_block_is_the_known_answer(ulong lower, ulong upper, ulong key, uint[] expected)
    {
        Vector128<uint> words = Philox.Block(lower, upper, key);

        Assert.Equal(Vector128.Create(expected), words);
    }

    [Theory]
    [InlineData(0UL, 0UL, 0UL)]
    [InlineData(0x85a308d3_243f6a88, 0x03707344_13198a2e, 0x299f31d0_a4093822)]
    [InlineData(0xFFFFFFFFUL - 3, 5UL, 7UL)]
    [InlineData(ulong.MaxValue - 3, ulong.MaxValue, ulong.MaxValue)]
    public void Four_blocks_at_once_are_the_four_blocks_word_by_word(ulong lower, ulong upper, ulong key)
    {
        Vector512<uint> words = Philox.FourBlocks(lower, upper, key);

        for (int i = 0; i < 16; i++)
        {
            Assert.Equal(Philox.Block(lower + (ulong)(i % 4), upper, key)[i / 4], words[i]);
        }
    }
}
