using Evenkeel.Scaling;

namespace Evenkeel.Onnx.Writing;

/// <summary>Writes a feature scaler in front of a network: subtraction and division in double precision, and a cast behind them.</summary>
internal static class ScalerWriter
{
    /// <summary>Writes a scaler.</summary>
    /// <param name="graph">Receives the nodes.</param>
    /// <param name="scaler">The scaler.</param>
    /// <param name="x">The raw features, in single or double precision.</param>
    /// <returns>The scaled features in single precision.</returns>
    /// <exception cref="NotSupportedException">The scaler is not an affine map of each column.</exception>
    public static OnnxValue Write(GraphWriter graph, Scaler scaler, OnnxValue x)
    {
        var columns = new (double Center, double Scale, double Shift)[scaler.Columns];
        Array.Fill(columns, (0, 1, 0));
        Collect(scaler, [.. Enumerable.Range(0, scaler.Columns)], columns);
        int length = columns.Length;
        string wide = graph.Cast("scaler.wide", x.Name, TensorTypes.Double);
        string centered = graph.Node(
            "scaler.centered", "Sub", [wide, graph.Constant("scaler.center", [.. columns.Select(column => column.Center)], length)]);
        string scaled = graph.Node(
            "scaler.scaled", "Div", [centered, graph.Constant("scaler.scale", [.. columns.Select(column => column.Scale)], length)]);
        if (columns.Any(column => column.Shift != 0))
        {
            scaled = graph.Node(
                "scaler.shifted", "Add", [scaled, graph.Constant("scaler.shift", [.. columns.Select(column => column.Shift)], length)]);
        }

        return x with { Name = graph.Cast("scaler", scaled, TensorTypes.Float) };
    }

    private static void Collect(Scaler scaler, IReadOnlyList<int> numbers, (double Center, double Scale, double Shift)[] columns)
    {
        switch (scaler)
        {
            case MinMaxScaler { Clip: true }:
                throw Unsupported("a MinMaxScaler that clips");
            case AffineScaler affine:
                for (int i = 0; i < numbers.Count; i++)
                {
                    columns[numbers[i]] = Then(columns[numbers[i]], (affine.Center[i], affine.Scale[i], affine.Shift[i]));
                }

                break;
            case ColumnTransformer transformer:
                foreach ((Scaler part, IReadOnlyList<int> columnsOfPart) in transformer.Parts)
                {
                    Collect(part, [.. columnsOfPart.Select(column => numbers[column])], columns);
                }

                break;
            case ScalerPipeline pipeline:
                foreach (Scaler stage in pipeline.Stages)
                {
                    Collect(stage, numbers, columns);
                }

                break;
            default:
                throw Unsupported($"a {scaler.GetType().Name}");
        }
    }

    /// <summary>Returns the map that applies one map and then another; both are (x − center)/scale + shift.</summary>
    private static (double Center, double Scale, double Shift) Then(
        (double Center, double Scale, double Shift) first, (double Center, double Scale, double Shift) next) =>
        first == (0, 1, 0) ? next : (first.Center, first.Scale * next.Scale, (first.Shift - next.Center) / next.Scale + next.Shift);

    private static NotSupportedException Unsupported(string scaler) =>
        new($"An ONNX file holds scalers that map each column affinely, not {scaler}: scale the features before they enter the network.");
}
