using System.Numerics.Tensors;
using Evenkeel.Scaling;

namespace Evenkeel.Fuzz.Targets;

/// <summary>The reader of states of scalers, and the merge of what it accepts.</summary>
internal static class ScalerStateTarget
{
    public static Target Create()
    {
        byte[][] files =
        [
            .. ((Scaler[])[
                new StandardScaler(), new MinMaxScaler(), new RobustScaler(), new QuantileTransformer(sketchCapacity: 16),
                new ScalerPipeline(new ClippingScaler(0, 7), new YeoJohnsonScaler(sketchCapacity: 16))]).Select(scaler =>
            {
                double[] table = [.. Enumerable.Range(0, 60).Select(i => i * 7 % 61 / 8.0)], weights = [.. table.Skip(30)];
                var rows = new ReadOnlyTensorSpan<double>(table, [30, 2]);
                Scaler empty = scaler is StandardScaler ? new StandardScaler() : scaler;
                scaler.PartialFit(rows, scaler is QuantileTransformer ? weights : []);
                var stream = new MemoryStream();
                new ScalerState([new ScalerPart("p1", scaler, 30), new ScalerPart("p2", empty, 0)], ["a", "b"]).Write(stream);
                return stream.ToArray();
            }),
        ];
        return new Target(
            "scaler-state",
            files,
            ["1e400", "-1", "NaN", "null", "\"sketch\"", "[]", "{}", "1e-400", "\"p1\"", "\"weights\"", ",", "99999999999"],
            input => AllTargets.Accepts(() =>
            {
                ScalerState read = ScalerState.Read(new MemoryStream(input));
                var first = new MemoryStream();
                read.Write(first);
                var second = new MemoryStream();
                ScalerState.Read(new MemoryStream(first.ToArray())).Write(second);
                if (!first.ToArray().AsSpan().SequenceEqual(second.ToArray()))
                {
                    throw new FuzzException("a state that was read and written is not read back as the same");
                }

                Merge(read);
            }));
    }

    private static void Merge(ScalerState state)
    {
        try
        {
            new ScalerFile(state.ToScaler()).Write(Stream.Null);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            // Parts are missing, or too far apart.
        }
    }
}
