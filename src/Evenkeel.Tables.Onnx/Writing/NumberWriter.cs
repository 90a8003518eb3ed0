using Evenkeel.Onnx;
using Evenkeel.Onnx.Writing;
using Evenkeel.Tables.Preparation;

namespace Evenkeel.Tables.Onnx.Writing;

/// <summary>Writes the preparation of a column of numbers: gaps are filled, and all is scaled, in double precision.</summary>
internal static class NumberWriter
{
    /// <summary>Writes a column.</summary>
    /// <param name="graph">Receives the nodes.</param>
    /// <param name="column">The column, whose name is that of the input.</param>
    /// <param name="obstacles">Receives what ONNX has no form of.</param>
    /// <returns>The feature in single precision, and behind it, if there is one, the indicator of gaps.</returns>
    public static IEnumerable<string> Write(GraphWriter graph, NumberPreparation column, List<string> obstacles)
    {
        string name = column.Name;
        string missing = graph.Node($"{name}.missing", "IsNaN", [name]);
        string filling = graph.Constant($"{name}.filling", [column.Filling]);
        string filled = graph.Node($"{name}.filled", "Where", [missing, filling, name]);
        string scaled = new ColumnScalerWriter(graph, name, obstacles).Write(column.Scaler, filled);
        string feature = graph.Cast($"{name}.feature", scaled, TensorTypes.Float);
        return column.HasIndicator ? [feature, graph.Cast($"{name}.indicator", missing, TensorTypes.Float)] : [feature];
    }
}
