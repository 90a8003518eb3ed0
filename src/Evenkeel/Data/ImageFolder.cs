namespace Evenkeel.Data;

/// <summary>Loads images from a folder in whichever form they are there: CIFAR's binary files, or IDX files.</summary>
public static class ImageFolder
{
    /// <summary>Loads the files of a folder: by <see cref="CifarImages"/> where it has one of CIFAR's names, otherwise by <see cref="IdxImages"/>.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The images, scaled to numbers from 0 to 1, and their labels.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">There are files of neither kind, or one is missing; the message says which names would do.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    /// <exception cref="InvalidDataException">A file is not what its name says, or the files do not belong together.</exception>
    public static ImageClassificationData Load(string folder)
    {
        if (CifarImages.AreIn(folder))
        {
            return CifarImages.LoadFolder(folder);
        }

        if (IdxImages.AreIn(folder))
        {
            return IdxImages.LoadFolder(folder);
        }

        throw Directory.Exists(folder)
            ? new FileNotFoundException(
                $"'{folder}' has neither IDX files, named as MNIST's are (train-images-idx3-ubyte), nor CIFAR's binary files (data_batch_1.bin); either may be gzipped.")
            : new DirectoryNotFoundException(
                $"'{folder}' is not a folder; expected one with images and labels in IDX files, named as MNIST's are, or in CIFAR's binary files.");
    }
}
