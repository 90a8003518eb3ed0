namespace Evenkeel.Onnx.Reading;

/// <summary>What a node that cannot be read would have given.</summary>
/// <param name="Kind">What it depends on.</param>
internal sealed record UnknownValue(UnknownValue.Dependency Kind) : OnnxInput
{
    /// <summary>What a value depends on; the later includes the earlier.</summary>
    public enum Dependency
    {
        /// <summary>Constants only.</summary>
        Constants,

        /// <summary>The shape of the input.</summary>
        Shape,

        /// <summary>The input: it is a tensor of the network.</summary>
        Input,
    }

    /// <summary>The value of a node.</summary>
    /// <param name="type">The operator.</param>
    /// <param name="inputs">What the node reads; null for an input that is left out.</param>
    public static UnknownValue Of(string type, IEnumerable<OnnxInput?> inputs) => new(type is "Shape" or "Size"
        ? Dependency.Shape
        : inputs.Select(input => input switch
        {
            UnknownValue unknown => unknown.Kind,
            NetworkValue => Dependency.Input,
            ShapeValue => Dependency.Shape,
            _ => Dependency.Constants,
        }).DefaultIfEmpty().Max());
}
