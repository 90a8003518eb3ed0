namespace Evenkeel.Data;

/// <summary>Loads images from a folder in the format that it holds: binary files of CIFAR, or IDX files.</summary>
public static class ImageFolder
{
    /// <summary>Loads the files of a folder with <see cref="CifarImages"/> or <see cref="IdxImages"/>, depending on their names.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The images, scaled to [0, 1], and their labels.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">The folder has files of neither format.</exception>
    /// <exception cref="FileNotFoundException">A file is missing; the message says which names are accepted.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Access to a file is denied.</exception>
    /// <exception cref="InvalidDataException">A file does not have the format of its name.</exception>
    /// <exception cref="InvalidDataException">The files do not belong together.</exception>
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
                $"'{folder}' has neither IDX files with the names of MNIST's (train-images-idx3-ubyte) nor binary files of CIFAR "
                + "(data_batch_1.bin); either may be gzipped.")
            : new DirectoryNotFoundException(
                $"'{folder}' is not a folder; expected one with images and labels in IDX files with the names of MNIST's, "
                + "or in the binary files of CIFAR.");
    }
}
