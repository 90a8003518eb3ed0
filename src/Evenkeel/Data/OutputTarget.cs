using System.Globalization;

namespace Evenkeel.Data;

/// <summary>What a path to write to is, once its symbolic links are followed.</summary>
/// <param name="Path">The path behind the links.</param>
/// <param name="Descriptor">The number of the open file of this process that it names, such as 1 for standard output; null if none.</param>
/// <param name="IsOpenElsewhere">Whether it names an open file of another process.</param>
internal readonly record struct OutputTarget(string Path, int? Descriptor, bool IsOpenElsewhere)
{
    // As Linux limits it.
    private const int MaxLinks = 40;

    /// <summary>Follows the links of a path; the last one may lead to nothing.</summary>
    /// <exception cref="IOException">There are too many links, as in a cycle.</exception>
    public static OutputTarget Of(string path)
    {
        string current = PhysicalPath.Of(path);
        for (int links = 0; links <= MaxLinks; links++)
        {
            if (DescriptorOf(current) is { } target)
            {
                return target;
            }

            if (new FileInfo(current).LinkTarget is not { } link)
            {
                return new OutputTarget(current, null, false);
            }

            current = PhysicalPath.Of(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(current) ?? current, link));
        }

        throw new IOException($"Too many levels of symbolic links: '{path}'.");
    }

    private static OutputTarget? DescriptorOf(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        int? standard = path switch
        {
            "/dev/stdin" => 0,
            "/dev/stdout" => 1,
            "/dev/stderr" => 2,
            _ => null,
        };
        if (standard is not null)
        {
            return new OutputTarget(path, standard, false);
        }

        string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts switch
        {
            ["dev", "fd", var number] => Descriptor(number, isOwn: true),
            ["proc", var process, "fd", var number] => Descriptor(number, IsThisProcess(process)),
            ["proc", var process, "task", _, "fd", var number] => Descriptor(number, IsThisProcess(process)),
            _ => null,
        };

        OutputTarget? Descriptor(string number, bool isOwn) =>
            int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out int descriptor)
                ? new OutputTarget(path, isOwn ? descriptor : null, !isOwn)
                : null;
    }

    private static bool IsThisProcess(string process) =>
        process is "self" or "thread-self" || process == Environment.ProcessId.ToString(CultureInfo.InvariantCulture);
}
