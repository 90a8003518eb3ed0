using StbImageSharp;
using static System.FormattableString;

namespace Evenkeel.Cli.Commands.Samples;

/// <summary>Reads image files: PNG, JPEG, and binary PGM and PPM.</summary>
/// <remarks>Files are not trusted: the size that a file states is checked against the model's before anything is decoded.</remarks>
internal static class ImageDecoder
{
    /// <summary>The extensions of image files.</summary>
    public static readonly string[] Extensions = [".png", ".jpg", ".jpeg", ".pgm", ".ppm"];

    /// <summary>The number of bytes in a file besides its pixels, as for profiles and previews, at most.</summary>
    private const int MaximumExtra = 1 << 20;

    private const int BytesPerValue = 8;

    /// <summary>Whether bytes begin as those of an image file do.</summary>
    public static bool IsImage(ReadOnlySpan<byte> beginning) =>
        beginning.StartsWith(PngSignature) || beginning.StartsWith(JpegSignature) || IsPortableMap(beginning);

    /// <summary>Reads an image.</summary>
    /// <param name="path">The file.</param>
    /// <param name="form">The shape that it must have.</param>
    /// <returns>The pixels, row by row, with the channels of each.</returns>
    /// <exception cref="InvalidDataException">It is not an image that the model takes; the message has the path.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static byte[] Read(string path, SampleForm form)
    {
        byte[] bytes = ReadFile(path, form);
        return bytes.Length == 0 ? throw new InvalidDataException($"'{path}' is empty.")
            : IsPortableMap(bytes) ? PortableMap.Read(bytes, path, form)
            : IsImage(bytes) ? Decode(bytes, path, form)
            : throw new InvalidDataException($"'{path}' is not a PNG, JPEG, PGM or PPM file.");
    }

    /// <summary>Opens a file that can be read more than once.</summary>
    /// <exception cref="InvalidDataException">It is a pipe.</exception>
    public static FileStream OpenFile(string path)
    {
        FileStream file = File.OpenRead(path);
        if (!file.CanSeek)
        {
            file.Dispose();
            throw new InvalidDataException($"'{path}' is a pipe; images are read from files.");
        }

        return file;
    }

    private static ReadOnlySpan<byte> PngSignature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    private static ReadOnlySpan<byte> JpegSignature => [0xFF, 0xD8, 0xFF];

    private static bool IsPortableMap(ReadOnlySpan<byte> bytes) =>
        bytes is [(byte)'P', >= (byte)'1' and <= (byte)'6', (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)'#', ..];

    private static byte[] ReadFile(string path, SampleForm form)
    {
        using FileStream file = OpenFile(path);
        long most = MaximumExtra + (long)BytesPerValue * form.Count;
        if (file.Length > most)
        {
            throw new InvalidDataException(Invariant(
                $"'{path}' has {file.Length:N0} bytes, more than an image of the size that the model takes: at most {most:N0} are read."));
        }

        byte[] bytes = new byte[(int)file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }

    private static byte[] Decode(byte[] bytes, string path, SampleForm form)
    {
        ImageInfo info = Guarded(path, () => ImageInfo.FromStream(new StrictStream(bytes)))
            ?? throw Damaged(path, null);
        form.Check(path, info.Height, info.Width, (int)info.ColorComponents);
        if (info.BitsPerChannel != 8)
        {
            throw new InvalidDataException(Invariant(
                $"'{path}' has {info.BitsPerChannel} bits per channel; networks are trained on images of 8 bits."));
        }

        ImageResult image = Guarded(path, () => ImageResult.FromStream(new StrictStream(bytes), ColorComponents.Default));
        form.Check(path, image.Height, image.Width, (int)image.Comp);
        return image.Data.Length == form.Count ? image.Data : throw Damaged(path, null);
    }

    /// <summary>Runs the decoder, whose exceptions for damaged files are of many types.</summary>
    private static T Guarded<T>(string path, Func<T> decode)
    {
        try
        {
            return decode();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw Damaged(path, e);
        }
    }

    private static InvalidDataException Damaged(string path, Exception? e) =>
        new($"'{path}' cannot be decoded: it is cut off, damaged, or of a kind that is not supported.", e);
}
