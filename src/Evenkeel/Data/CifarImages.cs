using System.Numerics.Tensors;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Pointwise;
using static System.FormattableString;

namespace Evenkeel.Data;

/// <summary>Loads the images and labels of CIFAR-10 and CIFAR-100 from their binary files.</summary>
/// <remarks>
/// <para>
/// A file consists of at most 50,000 records of equal length: the label, one byte (in CIFAR-100 two, the coarse label, which is
/// ignored, and the fine one), then the red, the green and the blue values of 32×32 pixels, row by row.
/// </para>
/// <para>
/// The files are found by name: data_batch_1.bin to data_batch_5.bin and test_batch.bin, or train.bin and test.bin for CIFAR-100;
/// each raw, or gzipped with the suffix .gz. If a file exists in both forms, the raw one is read.
/// </para>
/// <para>Source: Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009.</para>
/// </remarks>
public static class CifarImages
{
    private const int Side = 32;
    private const int Channels = 3;
    private const int Pixels = Side * Side * Channels;

    /// <summary>The number of records of the largest file, the training images of CIFAR-100.</summary>
    private const int MaxRecords = 50_000;

    private static readonly Edition Ten = new(
        "CIFAR-10",
        ["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"],
        "test_batch.bin",
        LabelBytes: 1,
        Classes: 10);

    private static readonly Edition Hundred = new("CIFAR-100", ["train.bin"], "test.bin", LabelBytes: 2, Classes: 100);

    /// <summary>Returns true if a folder has a file with the name of a binary file of CIFAR-10 or CIFAR-100.</summary>
    /// <param name="folder">The folder.</param>
    public static bool AreIn(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return Directory.Exists(folder) && EditionOf(Directory.GetFiles(folder)) is not null;
    }

    /// <summary>Loads the files of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The images, scaled to [0, 1], and their labels; for CIFAR-100, the fine labels.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">A file is missing; the message names it.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to a file is denied.</exception>
    /// <exception cref="InvalidDataException">A file does not consist of complete records, or has a label out of range.</exception>
    public static ImageClassificationData LoadFolder(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException(
                $"'{folder}' is not a folder; expected one with images and labels in the binary files of CIFAR.");
        }

        string[] paths = Directory.GetFiles(folder);
        Edition edition = EditionOf(paths) ?? Ten;

        // All files are found before the first is read.
        string location = $"'{folder}'";
        string[] train = [.. edition.Train.Select(name => DataFileNames.Find(location, paths, "training images", name))];
        string test = DataFileNames.Find(location, paths, "test images", edition.Test);
        return new ImageClassificationData(
            edition.Load(train), edition.Load([test]), Side, Side, Channels, edition.Classes);
    }

    private static Edition? EditionOf(string[] paths) =>
        new[] { Ten, Hundred }.FirstOrDefault(edition => paths.Any(path =>
            edition.Train.Append(edition.Test).Any(name => DataFileNames.Matches(path, name))));

    /// <summary>The properties in which the two data sets differ.</summary>
    private sealed record Edition(string Name, string[] Train, string Test, int LabelBytes, int Classes)
    {
        private int RecordLength => LabelBytes + Pixels;

        /// <summary>Loads the samples of several files, in order.</summary>
        public Dataset<int> Load(string[] paths)
        {
            byte[][] files = [.. paths.Select(ReadRecords)];
            int count = files.Sum(file => file.Length) / RecordLength;
            Tensor<float> inputs = Tensor.CreateFromShapeUninitialized<float>([count, Side, Side, Channels]);
            Tensor<int> targets = Tensor.CreateFromShapeUninitialized<int>([count]);
            int sample = 0;
            for (int i = 0; i < files.Length; i++)
            {
                for (int start = 0; start < files[i].Length; start += RecordLength)
                {
                    ReadOnlySpan<byte> record = files[i].AsSpan(start, RecordLength);
                    int label = record[LabelBytes - 1];
                    if (label >= Classes)
                    {
                        int number = start / RecordLength;
                        throw new InvalidDataException(
                            Invariant($"'{paths[i]}' has label {label} in record {number}; the labels of {Name} are 0 to {Classes - 1}."));
                    }

                    targets.Elements()[sample] = label;
                    ByteScaling.RunPlanes(record[LabelBytes..], Channels, inputs.Elements().Slice(sample * Pixels, Pixels));
                    sample++;
                }
            }

            return new Dataset<int>(inputs, targets);
        }

        private byte[] ReadRecords(string path)
        {
            using FileStream file = File.OpenRead(path);
            return DataFile.Read(file, path, ReadRecords);
        }

        private byte[] ReadRecords(Stream stream)
        {
            byte[] records = DataFile.ReadUpTo(stream, MaxRecords * RecordLength);
            if (stream.ReadByte() >= 0)
            {
                throw new DataFile.ContentException(
                    Invariant($"continues after {MaxRecords} records of {RecordLength} bytes; no file of CIFAR has more."));
            }

            return records.Length > 0 && records.Length % RecordLength == 0
                ? records
                : throw new DataFile.ContentException(
                    Invariant($"has {records.Length} bytes; a file of {Name} has one or more complete records of {RecordLength} bytes."));
        }
    }
}
