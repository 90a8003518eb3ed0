using System.Globalization;
using System.Numerics.Tensors;
using Evenkeel.Numerics;
using Evenkeel.Scaling;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Probes;

/// <summary>
/// Scalers that go by quantiles, powers and logarithms: fitted whole, in parts and with weights, on columns that leave tails.
/// </summary>
public sealed class ScalersProbe : Probe
{
    private const int Rows = 700;

    public override void Run(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        double[] weights = TestData.Widen(Array.ConvertAll(TestData.Uniform(Rows, seed: 2), Math.Abs));
        foreach (int columns in (int[])[1, 5, 16, 19])
        {
            float[] single = Array.ConvertAll(
                TestData.Uniform(Rows * columns, seed: columns), x => x < -0.97f ? float.NaN : x * x * x + 0.96f);
            double[] wide = Array.ConvertAll(single, x => 1000 + 1.0 / 3 * x);
            foreach (Func<Scaler> create in (Func<Scaler>[])
                [
                    () => new RobustScaler(sketchCapacity: 100),
                    () => new YeoJohnsonScaler(sketchCapacity: 100),
                    () => new LogScaler(0.125),
                    () => new QuantileTransformer(50, OutputDistribution.Normal, sketchCapacity: 100),
                    () => new ScalerPipeline(new Imputer(Imputation.Mean), new LogScaler(0.125)),
                ])
            {
                Write(output, create, Tensor.Create(single, [Rows, columns]), weights);
                Write(output, create, Tensor.Create(wide, [Rows, columns]), weights);
            }
        }
    }

    private static void Write<T>(TextWriter output, Func<Scaler> create, Tensor<T> table, double[] weights)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T>
    {
        Scaler whole = create(), weighted = create(), streamed = create();
        whole.Fit(table);
        weighted.Fit(table, weights);
        streamed.PartialFit(table, weights);
        foreach (Scaler scaler in (Scaler[])[whole, weighted, streamed])
        {
            Tensor<T> transformed = scaler.Transform(table), back = scaler.InverseTransform(transformed);
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{scaler.GetType().Name} {typeof(T).Name} {scaler.Columns}: {Hash<T>(WithOneNaN<T>(transformed.Elements()))} "
                + $"{Hash<T>(WithOneNaN<T>(back.Elements()))}"));
        }
    }

    // The bits of a NaN differ between machines by right.
    private static T[] WithOneNaN<T>(ReadOnlySpan<T> values)
        where T : unmanaged, System.Numerics.IBinaryFloatingPointIeee754<T> =>
        Array.ConvertAll(values.ToArray(), value => T.IsNaN(value) ? T.NaN : value);
}
