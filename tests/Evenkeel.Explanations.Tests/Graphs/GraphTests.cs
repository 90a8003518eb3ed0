using Evenkeel.Explanations.Graphs;

namespace Evenkeel.Explanations.Tests.Graphs;

/// <summary>A recorded computation is differentiated operation by operation.</summary>
public class GraphTests
{
    [Fact]
    public void A_gradient_does_not_depend_on_earlier_ones()
    {
        (Graph graph, Node x) = Square();
        _ = graph.Differentiate([1, 1]);
        _ = graph.Differentiate([1, 2]);

        Assert.Equal([6, 20], x.Gradient);
    }

    [Fact]
    public void A_node_used_twice_receives_two_parts()
    {
        var graph = new Graph(ElementLayout.PerChannel([2, 1]));
        Node x = graph.Input("x", "input", Axis.Element, [3, 5]);
        _ = graph.Multiply("y", "product", x, x);

        IReadOnlyList<BackwardStep> steps = graph.Differentiate([1, 1]);

        Assert.Equal([1, 2], Assert.Single(steps).Contributions.Select(contribution => contribution.Part));
        Assert.Equal([6, 10], x.Gradient);
    }

    [Fact]
    public void A_constant_receives_no_gradient()
    {
        var graph = new Graph(ElementLayout.PerChannel([2, 1]));
        Node x = graph.Input("x", "input", Axis.Element, [3, 5]), r = graph.Constant("r", "factor", Axis.Set, [2]);
        _ = graph.Multiply("y", "product", x, r);

        Contribution contribution = Assert.Single(Assert.Single(graph.Differentiate([1, 10])).Contributions);

        Assert.Equal(x, contribution.Operand);
        Assert.Equal([2, 20], x.Gradient);
        Assert.Equal([0], r.Gradient);
    }

    [Fact]
    public void A_number_of_a_set_receives_the_sum_over_its_elements()
    {
        var graph = new Graph(ElementLayout.PerChannel([2, 2]));
        Node x = graph.Input("x", "input", Axis.Element, [1, 2, 3, 4]), shift = graph.Input("b", "shift", Axis.Set, [0, 0]);
        Node difference = graph.Subtract("y", "difference", x, shift);

        _ = graph.Differentiate([1, 10, 100, 1000]);

        Assert.Equal([1, 2, 3, 4], difference.Values);
        Assert.Equal([-101, -1010], shift.Gradient);
    }

    private static (Graph Graph, Node X) Square()
    {
        var graph = new Graph(ElementLayout.PerChannel([2, 1]));
        Node x = graph.Input("x", "input", Axis.Element, [3, 5]);
        _ = graph.Square("y", "square", x);
        return (graph, x);
    }
}
