namespace Evenkeel.Inference.Planning;

/// <summary>The operations that a network consists of in inference.</summary>
internal enum NodeKind
{
    /// <summary>The network's input.</summary>
    Input,

    /// <summary>A linear layer.</summary>
    Linear,

    /// <summary>A convolution.</summary>
    Convolution,

    /// <summary>An affine map of each channel: a normalization by constants, or a layer that scales and shifts.</summary>
    Affine,

    /// <summary>An activation function, a ReLU among them.</summary>
    Activation,

    /// <summary>A multiplication by a number.</summary>
    Scale,

    /// <summary>The map of a feature scaler.</summary>
    Scaling,

    /// <summary>A copy of the operand.</summary>
    Copy,

    /// <summary>Pooling over windows.</summary>
    Pooling,

    /// <summary>The mean of each channel.</summary>
    Mean,

    /// <summary>Images as vectors.</summary>
    Flatten,

    /// <summary>The sum of two operands.</summary>
    Sum,

    /// <summary>The product of two operands of equal shapes.</summary>
    Product,

    /// <summary>The product of an operand with the factors of a second one for each channel of a sample.</summary>
    ChannelProduct,

    /// <summary>The channels of several operands one after the other.</summary>
    Concatenation,

    /// <summary>Vectors of categories instead of their codes.</summary>
    Embedding,

    /// <summary>Any other layer, run as it is.</summary>
    Other,
}
