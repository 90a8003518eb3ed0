using System.Numerics.Tensors;
using System.Reflection;
using Evenkeel.Layers;
using Evenkeel.Numerics;
using Evenkeel.Numerics.Pointwise;
using static System.FormattableString;

namespace Evenkeel.Data;

/// <summary>
/// Loads images and labels from four IDX files with the names of MNIST's: MNIST itself, Fashion-MNIST, KMNIST.
/// </summary>
/// <remarks>
/// The files are found by name: *train-images*idx3-ubyte, *train-labels*idx1-ubyte, and two with "t10k" or "test" instead of
/// "train"; each raw, or gzipped with the suffix .gz. If a file exists in both forms, the raw one is read.
/// </remarks>
public static class IdxImages
{
    /// <summary>Returns true if a folder has a file with the name of an IDX file.</summary>
    /// <param name="folder">The folder.</param>
    public static bool AreIn(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        return Directory.Exists(folder) && Directory.GetFiles(folder).Any(path => DataFileNames.Matches(path, "*idx?-ubyte"));
    }

    /// <summary>Loads the four files of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The images, scaled to [0, 1], and their labels.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">One of the four files is missing; the message says which names are accepted.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to a file is denied.</exception>
    /// <exception cref="InvalidDataException">Several files match one name.</exception>
    /// <exception cref="InvalidDataException">A file is not a complete IDX file.</exception>
    /// <exception cref="InvalidDataException">The files do not belong together: sizes or numbers differ.</exception>
    public static ImageClassificationData LoadFolder(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        if (!Directory.Exists(folder))
        {
            throw new DirectoryNotFoundException(
                $"'{folder}' is not a folder; expected one with images and labels in IDX files with the names of MNIST's.");
        }

        string[] paths = Directory.GetFiles(folder);
        return Load($"'{folder}'", paths, File.OpenRead);
    }

    /// <summary>Loads four files that are embedded in an assembly.</summary>
    /// <param name="assembly">The assembly; the names of its resources end with the names of the files.</param>
    /// <returns>The images, scaled to [0, 1], and their labels.</returns>
    /// <exception cref="FileNotFoundException">One of the four files is missing; the message says which names are accepted.</exception>
    /// <exception cref="InvalidDataException">Several files match one name.</exception>
    /// <exception cref="InvalidDataException">A file is not a complete IDX file.</exception>
    /// <exception cref="InvalidDataException">The files do not belong together: sizes or numbers differ.</exception>
    public static ImageClassificationData LoadResources(Assembly assembly)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        return Load(
            $"The assembly '{assembly.GetName().Name}'",
            assembly.GetManifestResourceNames(),
            name => assembly.GetManifestResourceStream(name)!);
    }

    /// <summary>Loads four of the files in <paramref name="names"/>; <paramref name="location"/> is their location, for messages.</summary>
    internal static ImageClassificationData Load(string location, string[] names, Func<string, Stream> open)
    {
        // All four files are found before the first is read.
        string trainImages = DataFileNames.Find(location, names, "training images", "*train-images*idx3-ubyte");
        string trainLabels = DataFileNames.Find(location, names, "training labels", "*train-labels*idx1-ubyte");
        string testImages = DataFileNames.Find(location, names, "test images", "*t10k-images*idx3-ubyte", "*test-images*idx3-ubyte");
        string testLabels = DataFileNames.Find(location, names, "test labels", "*t10k-labels*idx1-ubyte", "*test-labels*idx1-ubyte");

        // All headers are checked before any data are read: a header may claim gigabytes.
        (int height, int width) = ReadSize(trainImages, trainLabels, open);
        (int testHeight, int testWidth) = ReadSize(testImages, testLabels, open);
        if ((testHeight, testWidth) != (height, width))
        {
            string found = Invariant($"'{testImages}' has images of {testHeight}×{testWidth} pixels");
            throw new InvalidDataException(Invariant($"{found}, '{trainImages}' of {height}×{width}; they must be equal."));
        }

        Dataset<int> train = LoadPair(trainImages, trainLabels, open), test = LoadPair(testImages, testLabels, open);
        int classes = 1 + Math.Max(
            TensorPrimitives.Max<int>(train.Targets.Elements()), TensorPrimitives.Max<int>(test.Targets.Elements()));
        return new ImageClassificationData(train, test, height, width, Channels: 1, classes);
    }

    /// <summary>Returns the height and width of images; throws unless there is a label for each.</summary>
    private static (int Height, int Width) ReadSize(string imagesName, string labelsName, Func<string, Stream> open)
    {
        nint[] images = ReadShape(imagesName, open, rank: 3, "images [N, height, width]");
        nint[] labels = ReadShape(labelsName, open, rank: 1, "labels [N]");
        return labels[0] == images[0]
            ? ((int)images[1], (int)images[2])
            : throw new InvalidDataException(
                Invariant($"'{labelsName}' has {labels[0]} labels, '{imagesName}' has {images[0]} images; the numbers must be equal."));
    }

    private static nint[] ReadShape(string name, Func<string, Stream> open, int rank, string expected)
    {
        using Stream stream = open(name);
        nint[] shape = IdxFile.ReadShape(stream, name);
        return shape.Length == rank
            ? shape
            : throw new InvalidDataException($"'{name}' has shape {Shape.Describe(shape)}; expected {expected}.");
    }

    private static Dataset<int> LoadPair(string imagesName, string labelsName, Func<string, Stream> open)
    {
        Tensor<byte> images = Read(imagesName, open), labels = Read(labelsName, open);
        Tensor<float> inputs = Tensor.CreateFromShapeUninitialized<float>([.. images.Lengths, 1]);
        ByteScaling.Run(images.Elements(), inputs.Elements());
        Tensor<int> targets = Tensor.CreateFromShapeUninitialized<int>(labels.Lengths);
        TensorPrimitives.ConvertTruncating<byte, int>(labels.Elements(), targets.Elements());
        return new Dataset<int>(inputs, targets);
    }

    private static Tensor<byte> Read(string name, Func<string, Stream> open)
    {
        using Stream stream = open(name);
        return IdxFile.ReadBytes(stream, name);
    }
}
