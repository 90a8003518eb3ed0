using static System.FormattableString;

namespace Evenkeel.Cli.Commands.Samples;

/// <summary>Reads binary PGM files, which are grey, and binary PPM files, which are in colour.</summary>
/// <remarks>
/// A file has P5 or P6; the width, the height and the largest value in decimal digits, with white space and comments, from # to the end of
/// the line, before each; one character of white space; the pixels, row by row. Source: netpbm.sourceforge.net/doc/pgm.html.
/// </remarks>
internal static class PortableMap
{
    private const int MostDigits = 9;

    /// <summary>Reads the bytes of a file.</summary>
    /// <param name="bytes">The bytes, which begin with P and a digit.</param>
    /// <param name="path">The path, for messages.</param>
    /// <param name="form">The shape that the image must have.</param>
    /// <returns>The pixels.</returns>
    /// <exception cref="InvalidDataException">It is not an image that the model takes.</exception>
    public static byte[] Read(byte[] bytes, string path, SampleForm form)
    {
        int channels = bytes[1] switch
        {
            (byte)'5' => ImageLayout.Grey,
            (byte)'6' => ImageLayout.Color,
            _ => throw new InvalidDataException($"'{path}' is a PNM file of kind P{(char)bytes[1]}; expected the binary P5 or P6."),
        };
        int position = 2;
        int width = Number(), height = Number(), most = Number();
        form.Check(path, height, width, channels);
        if (most != byte.MaxValue)
        {
            throw new InvalidDataException(
                Invariant($"'{path}' has values up to {most}; networks are trained on images with values up to 255."));
        }

        // The white space behind the last number.
        byte[] pixels = bytes[Math.Min(position + 1, bytes.Length)..];
        return pixels.Length == form.Count
            ? pixels
            : throw new InvalidDataException(Invariant($"'{path}' has {pixels.Length} bytes of pixels; expected {form.Count}."));

        int Number()
        {
            while (position < bytes.Length && !char.IsAsciiDigit((char)bytes[position]))
            {
                if (bytes[position] == '#')
                {
                    int end = Array.IndexOf(bytes, (byte)'\n', position);
                    position = end < 0 ? bytes.Length : end;
                }
                else if (!char.IsWhiteSpace((char)bytes[position++]))
                {
                    throw Invalid();
                }
            }

            int start = position, number = 0;
            while (position < bytes.Length && char.IsAsciiDigit((char)bytes[position]) && position - start < MostDigits)
            {
                number = 10 * number + bytes[position++] - '0';
            }

            return position > start ? number : throw Invalid();
        }

        InvalidDataException Invalid() => new($"'{path}' does not have width, height and largest value behind P{(char)bytes[1]}.");
    }
}
