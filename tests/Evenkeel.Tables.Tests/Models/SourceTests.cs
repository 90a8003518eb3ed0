using System.Globalization;
using System.Text;
using Evenkeel.Tables.Tests.Support;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tables.Tests.Models;

/// <summary>Models of one table, read from memory, CSV and Parquet in chunks of different sizes.</summary>
public sealed class SourceTests : IDisposable
{
    private const int Rows = 9000;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_model_has_the_same_bits_from_memory_a_CSV_file_and_a_Parquet_file(bool asNumber)
    {
        (double[] x, double[] z, string[] color, double[] y) = Columns();
        var text = new StringBuilder("x,z,color,y\n");
        for (int row = 0; row < Rows; row++)
        {
            string gap = double.IsNaN(z[row]) ? "" : z[row].ToString("R", CultureInfo.InvariantCulture);
            text.Append(CultureInfo.InvariantCulture, $"{x[row]:R},{gap},{color[row]},{Label(y[row])}\n");
        }

        string csv = _folder.Write("t.csv", Encoding.UTF8.GetBytes(text.ToString()));
        string parquet = _folder.Write(
            "t.parquet", ParquetBytes.Of(Group(0, 1), Group(1, 4095), Group(4095, 4097), Group(4097, 8191), Group(8191, Rows)));
        var memory = new TableColumns().Add("x", x).Add("z", z).Add("color", color);
        memory = asNumber ? memory.Add("y", y) : memory.Add("y", Array.ConvertAll(y, Label));

        byte[] expected = Model(memory);
        Assert.Equal(expected, Model(new TableFile(csv)));
        Assert.Equal(expected, Model(new TableFile(parquet)));

        string Label(double value) => asNumber ? value.ToString("R", CultureInfo.InvariantCulture) : value > 0 ? "yes" : "no";

        (string Name, Array Values)[] Group(int start, int end) =>
        [
            ("x", x[start..end]),
            ("z", z[start..end]),
            ("color", color[start..end]),
            ("y", asNumber ? y[start..end] : Array.ConvertAll(y[start..end], Label)),
        ];
    }

    private static (double[] X, double[] Z, string[] Color, double[] Y) Columns()
    {
        var random = new Random(3);
        double[] x = [.. Enumerable.Range(0, Rows).Select(_ => random.NextDouble() - 0.5)];
        double[] z = [.. x.Select(value => random.Next(7) == 0 ? double.NaN : value * 1e4 + random.NextDouble())];
        string[] color = [.. x.Select(_ => (string[])["red", "green", "blue"]).Select(colors => colors[random.Next(3)])];
        return (x, z, color, [.. x.Select((value, row) => value + (color[row] == "red" ? 0.3 : 0))]);
    }

    private static byte[] Model(TableSource table)
    {
        using var stream = new MemoryStream();
        TableTrainer.Train(table, new TableTrainingOptions { Label = "y", Hidden = [8], Epochs = 1 }).Model.Write(stream);
        return stream.ToArray();
    }
}
