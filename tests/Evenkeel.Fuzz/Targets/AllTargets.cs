using Evenkeel.Data;
using Evenkeel.Scaling;
using Evenkeel.Tests.Data;

namespace Evenkeel.Fuzz.Targets;

/// <summary>The readers of the library and the command.</summary>
internal static class AllTargets
{
    public static IReadOnlyList<Target> All { get; } =
    [
        Idx(), Cifar(), Scaler(), ScalerStateTarget.Create(), CsvTarget.Create(), ModelTargets.Safetensors(), ModelTargets.Header(),
        ModelTargets.Model(), ModelTargets.Description(), OnnxTarget.Create(),
    ];

    public static Target Of(string name) => All.Single(target => target.Name == name);

    /// <summary>The inputs of the corpus that belong to a target.</summary>
    public static byte[][] Corpus(string name)
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "corpus", name);
        return Directory.Exists(folder) ? [.. Directory.GetFiles(folder).Order(StringComparer.Ordinal).Select(File.ReadAllBytes)] : [];
    }

    private static Target Idx()
    {
        byte[] images = IdxWriter.Bytes([3, 4, 4], Elements(48)), labels = IdxWriter.Bytes([5], Elements(5));
        return new Target(
            "idx",
            [images, labels, IdxWriter.Gzip(images), .. Corpus("idx")],
            ["\0\0\b\u0003", "\u001f\u008b\b\0"],
            input => Accepts(() =>
            {
                System.Numerics.Tensors.Tensor<byte> tensor = IdxFile.ReadBytes(new MemoryStream(input), "input");
                bool isRaw = input is [0, 0, ..];
                if (isRaw && !input.AsSpan(input.Length - (int)tensor.FlattenedLength).SequenceEqual(tensor.ToArray()))
                {
                    throw new FuzzException("the elements are not the last bytes of the file");
                }
            }));
    }

    private static Target Cifar()
    {
        byte[] record = [3, .. Enumerable.Range(0, 3072).Select(i => (byte)i)];
        string folder = Directory.CreateTempSubdirectory("evenkeel-fuzz-").FullName;
        foreach (string name in (string[])["data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5", "test_batch"])
        {
            File.WriteAllBytes(Path.Combine(folder, $"{name}.bin"), record);
        }

        return new Target(
            "cifar",
            [record, [.. record, .. record], IdxWriter.Gzip(record), .. Corpus("cifar")],
            ["\u001f\u008b\b\0", new string('a', 3073)],
            input => Accepts(() =>
            {
                File.WriteAllBytes(Path.Combine(folder, "data_batch_1.bin"), input);
                ImageClassificationData data = CifarImages.LoadFolder(folder);
                if (input is not [0x1f, 0x8b, ..] && data.Train.Count != 4 + input.Length / record.Length)
                {
                    throw new FuzzException($"{data.Train.Count} images from {input.Length} bytes");
                }
            }));
    }

    private static Target Scaler()
    {
        byte[][] files =
        [
            .. ((Scaler[])[
                new StandardScaler(), new MinMaxScaler(), new MaxAbsScaler(), new RobustScaler(), new LogScaler(), new YeoJohnsonScaler(),
                new RowNormalizer(), new QuantileTransformer(), new KBinsDiscretizer(2, BinStrategy.Uniform), new KBinsDiscretizer(),
                new Imputer(Imputation.Mean), new Imputer(Imputation.MostFrequent), new Imputer(Imputation.Constant),
                new ScalerPipeline(new ClippingScaler(0, 7), new StandardScaler())]).Select(scaler =>
            {
                double[] table = [1, 2, 5, 3, 8, 4];
                scaler.PartialFit(new System.Numerics.Tensors.ReadOnlyTensorSpan<double>(table, [3, 2]));
                var stream = new MemoryStream();
                new ScalerFile(scaler, ["a", "b"]).Write(stream);
                return stream.ToArray();
            }),
        ];
        return new Target(
            "scaler",
            [.. files, .. Corpus("scaler")],
            ["1e400", "-1", "NaN", "null", "\"mean\"", "[]", "{}", "\\u0000", "1e-400", "\"a\"", ",", "99999999999"],
            input => Accepts(() =>
            {
                ScalerFile read = ScalerFile.Read(new MemoryStream(input));
                var first = new MemoryStream();
                read.Write(first);
                var second = new MemoryStream();
                ScalerFile.Read(new MemoryStream(first.ToArray())).Write(second);
                if (!first.ToArray().AsSpan().SequenceEqual(second.ToArray()))
                {
                    throw new FuzzException("a file that was read and written is not read back as the same");
                }
            }));
    }

    /// <summary>Whether an action succeeds; false if it throws the exception for invalid content.</summary>
    public static bool Accepts(Action read)
    {
        try
        {
            read();
            return true;
        }
        catch (InvalidDataException)
        {
            return false;
        }
    }

    private static byte[] Elements(int count) => [.. Enumerable.Range(0, count).Select(i => (byte)(7 * i))];
}
