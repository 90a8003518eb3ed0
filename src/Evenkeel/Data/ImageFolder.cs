namespace Evenkeel.Data;

/// <summary>Loads images from a folder in whichever form they are there: CIFAR's binary files, or IDX files.</summary>
public static class ImageFolder
{
    /// <summary>Loads the files of a folder: by <see cref="CifarImages"/> where it has one of CIFAR's names, otherwise by <see cref="IdxImages"/>.</summary>
    /// <param name="folder">The folder.</param>
    /// <returns>The images, scaled to numbers from 0 to 1, and their labels.</returns>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="FileNotFoundException">A file is missing; the message says which names would do.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">A file may not be read.</exception>
    /// <exception cref="InvalidDataException">A file is not what its name says, or the files do not belong together.</exception>
    public static ImageClassificationData Load(string folder) =>
        CifarImages.AreIn(folder) ? CifarImages.LoadFolder(folder) : IdxImages.LoadFolder(folder);
}
