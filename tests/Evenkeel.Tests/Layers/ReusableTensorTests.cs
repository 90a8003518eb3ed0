using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Numerics;

namespace Evenkeel.Tests.Layers;

public class ReusableTensorTests
{
    [Fact]
    public void A_shape_asked_for_again_is_the_same_tensor()
    {
        var memory = new ReusableTensor();
        Tensor<float> large = memory.Get([4, 3]), small = memory.Get([2, 3]);
        Assert.Same(large, memory.Get([4, 3]));
        Assert.Same(small, memory.Get([2, 3]));
    }

    [Fact]
    public void Batches_of_many_sizes_allocate_nothing_the_second_time()
    {
        var memory = new ReusableTensor();
        Tensor<float>[] first = [.. Enumerable.Range(1, 200).Select(size => memory.Get([size, 3]))];
        memory.Get([200, 3]);
        for (nint size = 1; size <= 200; size++)
        {
            memory.Get([size, 3]);
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (nint size = 1; size <= 200; size++)
        {
            memory.Get([size, 3]);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Same(first[^1], memory.Get([200, 3]));
    }

    [Fact]
    public void Every_shape_is_dense_and_begins_at_the_same_place()
    {
        var memory = new ReusableTensor();
        Tensor<float> large = memory.Get([5, 4]);
        foreach (nint[] lengths in (nint[][])[[5, 4], [2, 3], [1, 1, 2], [3], [7, 2], [4, 5]])
        {
            Tensor<float> tensor = memory.Get(lengths);
            Assert.Equal(lengths, tensor.Lengths);
            Assert.True(tensor.IsDense);
            tensor.Fill(1);
            tensor.Elements()[0] = lengths.Length;
            Assert.Equal(lengths.Length, large[0, 0]);
        }
    }

    [Fact]
    public void A_larger_shape_takes_new_memory_and_all_shapes_move_there()
    {
        var memory = new ReusableTensor();
        Tensor<float> before = memory.Get([2, 2]);
        Tensor<float> large = memory.Get([10, 10]);
        Tensor<float> after = memory.Get([2, 2]);
        Assert.NotSame(before, after);
        large[0, 0] = 7;
        Assert.Equal(7, after[0, 0]);
    }

    [Fact]
    public void Refuses_a_shape_that_no_memory_holds()
    {
        Assert.Throws<OverflowException>(() => new ReusableTensor().Get([int.MaxValue, int.MaxValue, int.MaxValue]));
        Assert.Throws<OverflowException>(() => new ReusableTensor().Get([int.MaxValue, 2]));
    }
}
