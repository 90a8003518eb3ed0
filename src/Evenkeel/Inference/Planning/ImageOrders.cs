using Evenkeel.Layers;
using Evenkeel.Layers.Pooling;
using Evenkeel.Normalization;
using Evenkeel.Numerics.Inference;

namespace Evenkeel.Inference.Planning;

/// <summary>Determines which axis of each node's output holds the channels.</summary>
internal sealed class ImageOrders
{
    private readonly Dictionary<Node, bool> _isChannelLast = [];

    /// <summary>Finds the order of every node's output.</summary>
    /// <exception cref="NotSupportedException">A layer takes what another gives in another order.</exception>
    public ImageOrders(IReadOnlyList<Node> nodes)
    {
        // A layer's axis applies to its input; propagate it in both directions until nothing changes.
        for (int known = -1; known < _isChannelLast.Count;)
        {
            known = _isChannelLast.Count;
            foreach (Node node in nodes.Concat(nodes.Reverse()))
            {
                if ((node.Axis ?? AxisOf(node.Layer)) is { } axis && IsChannelAxis(axis))
                {
                    Set(node.Inputs[0], axis is -1 or 3);
                }

                if (IsImage(node) && node.Kind != NodeKind.Other)
                {
                    foreach (Node other in node.Operands.Where(IsImage))
                    {
                        Propagate(node, other);
                    }
                }
            }
        }
    }

    /// <summary>True if an axis of a batch of images is that of the channels in one of the two orders.</summary>
    public static bool IsChannelAxis(int axis) => axis is 1 or -3 or 3 or -1;

    /// <summary>Whether a node's channels are on the last axis; true for vectors and where nothing tells.</summary>
    public bool IsChannelLast(Node node) => !IsImage(node) || _isChannelLast.GetValueOrDefault(node, true);

    /// <summary>The rows, columns and channels of a node's output; those of no image are one pixel.</summary>
    public (int Height, int Width, int Channels) Images(Node node)
    {
        nint[] shape = node.Shape;
        return !IsImage(node) ? (1, 1, checked((int)shape.Aggregate((nint)1, (product, length) => checked(product * length))))
            : IsChannelLast(node) ? (checked((int)shape[0]), checked((int)shape[1]), checked((int)shape[2]))
            : (checked((int)shape[1]), checked((int)shape[2]), checked((int)shape[0]));
    }

    /// <summary>The offset of an element of a node's output in its activations.</summary>
    /// <param name="node">The node.</param>
    /// <param name="layout">The layout of the activations.</param>
    /// <param name="index">The index of the element in a dense sample.</param>
    public int Offset(Node node, in ActivationLayout layout, int index)
    {
        int pixel = IsChannelLast(node) ? index / layout.Channels : index % layout.Pixels;
        int channel = IsChannelLast(node) ? index % layout.Channels : index / layout.Pixels;
        return layout.Offset(pixel / layout.Width, pixel % layout.Width) + channel;
    }

    private static bool IsImage(Node node) => node.Shape.Length == 3;

    private static int? AxisOf(Layer? layer) => layer switch
    {
        Conv2d convolution => convolution.Options.ChannelAxis,
        WindowPooling pooling => pooling.ChannelAxis,
        GlobalAveragePool2d pooling => pooling.ChannelAxis,
        AdaptiveAveragePool2d pooling => pooling.ChannelAxis,
        RunningNormalization normalization => normalization.ChannelAxis,
        ChannelAffine affine => affine.ChannelAxis,
        _ => null,
    };

    private void Propagate(Node first, Node second)
    {
        if (_isChannelLast.TryGetValue(first, out bool order))
        {
            Set(second, order);
        }
        else if (_isChannelLast.TryGetValue(second, out order))
        {
            Set(first, order);
        }
    }

    private void Set(Node node, bool isChannelLast)
    {
        if (IsImage(node) && !_isChannelLast.TryAdd(node, isChannelLast) && _isChannelLast[node] != isChannelLast)
        {
            throw new NotSupportedException(
                $"The output of '{node.Path}', {Shape.Describe(node.Shape)}, is read as [H, W, C] by one layer and as [C, H, W] by "
                + "another; a predictor takes networks with one order of the axes.");
        }
    }
}
