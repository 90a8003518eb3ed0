using Evenkeel.Onnx.Writing;
using Evenkeel.Scaling;

namespace Evenkeel.Tables.Onnx.Writing;

/// <summary>Writes the scaler of a column: the scaler's own operations in double precision, in their order.</summary>
/// <param name="graph">Receives the nodes.</param>
/// <param name="column">The name of the column.</param>
/// <param name="obstacles">Receives what ONNX has no exact form of.</param>
internal sealed class ColumnScalerWriter(GraphWriter graph, string column, List<string> obstacles)
{
    /// <summary>Writes a scaler.</summary>
    /// <param name="scaler">The scaler, of one column.</param>
    /// <param name="x">The numbers [N, 1] in double precision, none of them missing.</param>
    /// <returns>The scaled numbers.</returns>
    public string Write(Scaler scaler, string x) => scaler switch
    {
        MinMaxScaler { Clip: true } clipping => Clip(Affine(clipping, x), clipping.Low, clipping.High),
        AffineScaler affine => Affine(affine, x),
        LogScaler log => Log(log.Offset, x),
        ClippingScaler clipping => Clip(x, clipping.Low, clipping.High),
        Imputer => x, // nothing is missing here
        ScalerPipeline pipeline => pipeline.Stages.Aggregate(x, (value, stage) => Write(stage, value)),
        ColumnTransformer transformer => transformer.Parts.Aggregate(x, (value, part) => Write(part.Scaler, value)),
        _ => Refuse(scaler, x),
    };

    private string Refuse(Scaler scaler, string x)
    {
        obstacles.Add($"column '{column}' has a {scaler.GetType().Name}");
        return x;
    }

    /// <summary>Writes (x − center)/scale + shift, without what changes nothing.</summary>
    private string Affine(AffineScaler scaler, string x)
    {
        (double center, double scale, double shift) = (scaler.Center[0], scaler.Scale[0], scaler.Shift[0]);
        string centered = center == 0 ? x : Node("centered", "Sub", x, Number("center", center));
        string scaled = scale == 1 ? centered : Node("scaled", "Div", centered, Number("scale", scale));
        return shift == 0 ? scaled : Node("shifted", "Add", scaled, Number("shift", shift));
    }

    /// <summary>Writes ln(offset + x) as ln s + e/s, with the sum s and its rounding error e: digits of a small x are not lost.</summary>
    /// <remarks>Source of e: Knuth, "The Art of Computer Programming", volume 2, section 4.2.2, theorem B.</remarks>
    private string Log(double offset, string x)
    {
        if (offset == 0)
        {
            return Node("log", "Log", x);
        }

        string first = Number("log.offset", offset);
        string sum = Node("log.sum", "Add", x, first);
        string second = Node("log.second", "Sub", sum, x);
        string firstPart = Node("log.first_part", "Sub", sum, second);
        string error = Node(
            "log.error", "Add", Node("log.first_error", "Sub", x, firstPart), Node("log.second_error", "Sub", first, second));
        return Node("log", "Add", Node("log.rounded", "Log", sum), Node("log.correction", "Div", error, sum));
    }

    private string Clip(string x, double low, double high) => double.IsInfinity(low) && double.IsInfinity(high)
        ? x
        : Node("clipped", "Clip", x, End("low", low), End("high", high));

    /// <summary>An end of a range; none, an empty name, for an infinite one.</summary>
    private string End(string name, double end) => double.IsInfinity(end) ? "" : Number(name, end);

    private string Number(string name, double value) => graph.Constant($"{column}.{name}", [value]);

    private string Node(string name, string type, params ReadOnlySpan<string> inputs) => graph.Node($"{column}.{name}", type, inputs);
}
