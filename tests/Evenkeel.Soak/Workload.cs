using System.Numerics.Tensors;
using Evenkeel.Comparison.Hashes;
using Evenkeel.Numerics;
using Evenkeel.Scaling;
using Evenkeel.Training;

namespace Evenkeel.Soak;

/// <summary>Something to do very often.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Calls">How often it is done.</param>
/// <param name="MayAllocate">Whether a call may allocate memory that it does not keep.</param>
/// <param name="Make">Makes the call.</param>
internal sealed record Workload(string Name, int Calls, bool MayAllocate, Func<Action> Make)
{
    /// <summary>The calls before memory is measured: all sizes have been seen and all code is compiled.</summary>
    public const int WarmUp = 2000;

    private const int Sizes = 8;

    /// <summary>Training steps, shared out among five networks: most to the two cheap ones.</summary>
    public static IEnumerable<Workload> Training(int steps) => HashedNetwork.All.Select(network =>
        new Workload(network.Name, (int)(steps * (network.Input.Length == 2 ? 0.44 : 0.04)), MayAllocate: false, () => Train(network)));

    /// <summary>Fits of all scalers, with a transform and its inverse each.</summary>
    public static IEnumerable<Workload> Fits(int fits)
    {
        Func<Scaler>[] scalers =
        [
            () => new StandardScaler(), () => new MinMaxScaler(), () => new MaxAbsScaler(), () => new RobustScaler(), () => new LogScaler(),
            () => new YeoJohnsonScaler(), () => new RowNormalizer(),
        ];
        return scalers.Select(make => new Workload(make().GetType().Name, fits / scalers.Length, MayAllocate: true, () => Fit(make)));
    }

    /// <summary>A step on a batch of one of several sizes, in no regular order.</summary>
    private static Action Train(HashedNetwork network)
    {
        var random = new RandomSource(1);
        var trainer = new Trainer<int>(network.Make(random), new SoftmaxCrossEntropy(), network.Optimizer());
        var batches = new (Tensor<float> Inputs, Tensor<int> Labels)[Sizes];
        for (int i = 0; i < Sizes; i++)
        {
            int count = Math.Max(2, (int)network.Input[0] * (i + 1) / Sizes);
            Tensor<float> inputs = Tensor.CreateFromShape<float>([count, .. network.Input[1..]]);
            random.Next().FillNormal(inputs.Elements(), mean: 0, standardDeviation: 1);
            batches[i] = (inputs, Tensor.Create(Enumerable.Range(0, count).Select(label => label % 10).ToArray()));
        }

        uint state = 1;
        return () =>
        {
            state = state * 1664525 + 1013904223;
            (Tensor<float> inputs, Tensor<int> labels) = batches[state >> 29];
            if (!double.IsFinite(trainer.Step(inputs, labels)))
            {
                throw new InvalidOperationException($"{network.Name} diverged.");
            }
        };
    }

    private static Action Fit(Func<Scaler> make)
    {
        const int columns = 6;
        var random = new RandomSource(2);
        Tensor<double>[] tables = [.. Enumerable.Range(1, Sizes).Select(size => Table(40 * size))];
        uint state = 1;
        return () =>
        {
            state = state * 1664525 + 1013904223;
            Tensor<double> table = tables[state >> 29];
            Scaler scaler = make();
            scaler.Fit(table);
            Tensor<double> scaled = scaler.Transform(table);
            if (scaler is not RowNormalizer)
            {
                scaler.InverseTransform(scaled);
            }
        };

        Tensor<double> Table(int rows)
        {
            float[] values = new float[rows * columns];
            random.Next().FillUniform(values, 0, 100);
            return Tensor.Create(values.Select(value => (double)value).ToArray(), [rows, columns]);
        }
    }
}
