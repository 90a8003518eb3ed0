using System.Numerics.Tensors;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Pointwise;
using static System.FormattableString;

namespace Evenkeel.Data;

/// <summary>Loads the images and labels of CIFAR-10 and CIFAR-100 from their binary files.</summary>
/// <remarks>
/// <para>
/// A file is records of the same length, at most 50,000, and nothing else: the label, a byte; in CIFAR-100 two, the coarse label, which is
/// passed over, and the fine one; then the red, the green and the blue values of 32×32 pixels, row after row.
/// </para>
/// <para>
/// The files are found by their names: data_batch_1.bin to data_batch_5.bin and test_batch.bin, or train.bin and test.bin
/// for CIFAR-100; each raw, or gzipped with .gz behind its name. Where a file is there in both forms, the raw one is read.
/// </para>
/// <para>Source: Krizhevsky, "Learning Multiple Layers of Features from Tiny Images", 2009.</para>
/// </remarks>
public static class CifarImages
{
    private const int Side = 32;
    private const int Channels = 3;
    private const int Pixels = Side * Side * Channels;

    /// <summary>Records of the largest file that there is, CIFAR-100's training images.</summary>
    private const int MostRecords = 50_000;

    private static readonly Edition Ten = new(
        "CIFAR-10",
        ["data_batch_1.bin", "data_batch_2.bin", "data_batch_3.bin", "data_batch_4.bin", "data_batch_5.bin"],
        "test_batch.bin",
        LabelBytes: 1,
        Classes: 10);

    private static readonly Edition Hundred = new("CIFAR-100", ["train.bin"], "test.bin", LabelBytes: 2, Classes: 100);

    /// <summary>Whether a folder has a file that is named as one of CIFAR-10's or CIFAR-100's binary files is.</summary>
    /// <param name="folder">The folder.</param>
    public static bool AreIn(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return Directory.Exists(folder) && EditionOf(Directory.GetFiles(folder)) is not null;
    }

    /// <summary>Loads the files of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The images, scaled to numbers from 0 to 1, and their labels; of CIFAR-100, the fine ones.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">A file is missing; the message says which name would do.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    /// <exception cref="InvalidDataException">A file does not hold whole records with labels as they should be.</exception>
    public static ImageClassificationData LoadFolder(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException(
                $"'{folder}' is not a folder; expected one with images and labels in CIFAR's binary files.");
        }

        string[] paths = Directory.GetFiles(folder);
        Edition edition = EditionOf(paths) ?? Ten;

        // All are looked for before the first is read.
        string place = $"'{folder}'";
        string[] train = [.. edition.Train.Select(name => DataFileNames.Find(place, paths, "training images", name))];
        string test = DataFileNames.Find(place, paths, "test images", edition.Test);
        return new ImageClassificationData(
            edition.Load(train), edition.Load([test]), Side, Side, Channels, edition.Classes);
    }

    private static Edition? EditionOf(string[] paths) =>
        new[] { Ten, Hundred }.FirstOrDefault(edition => paths.Any(path =>
            edition.Train.Append(edition.Test).Any(name => DataFileNames.Matches(path, name))));

    /// <summary>What distinguishes the two data sets.</summary>
    private sealed record Edition(string Name, string[] Train, string Test, int LabelBytes, int Classes)
    {
        private int RecordLength => LabelBytes + Pixels;

        /// <summary>The samples of some files, one file behind the other.</summary>
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
                        throw new InvalidDataException(Invariant($"'{paths[i]}' has label {label} in record {start / RecordLength}; those of {Name} are 0 to {Classes - 1}."));
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
            byte[] records = DataFile.ReadUpTo(stream, MostRecords * RecordLength);
            if (stream.ReadByte() >= 0)
            {
                throw new DataFile.ContentException(Invariant($"goes on after {MostRecords} records of {RecordLength} bytes; no file of CIFAR has more."));
            }

            (int count, int rest) = Math.DivRem(records.Length, RecordLength);
            return count > 0 && rest == 0
                ? records
                : throw new DataFile.ContentException(Invariant($"has {records.Length} bytes; a file of {Name} is one or more records of {RecordLength}, and these are {count} and {rest} bytes."));
        }
    }
}
