using System.Text;

namespace Evenkeel.Studies.Tests;

public sealed class OutputFolderTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("evenkeel-").FullName;

    public void Dispose() => Directory.Delete(_root, recursive: true);

    [Fact]
    public void The_folder_is_made_with_those_above_it_and_holds_only_what_is_written()
    {
        var folder = OutputFolder.Create(Path.Combine(_root, "a", "b"));
        string file = folder.Write("results.csv", s => s.Write("x"u8));
        Assert.Equal([file], Directory.GetFileSystemEntries(folder.Path));
        Assert.Equal("x", File.ReadAllText(file));
    }

    [Fact]
    public void A_file_is_replaced_only_once_the_new_one_is_whole()
    {
        var folder = OutputFolder.Create(_root);
        string file = folder.Write("results.csv", s => s.Write("old"u8));
        folder.Write("results.csv", s =>
        {
            s.Write(Encoding.UTF8.GetBytes(new string('n', 100_000)));
            s.Flush();
            Assert.Equal("old", File.ReadAllText(file));
        });
        Assert.Equal(100_000, new FileInfo(file).Length);
    }

    [Fact]
    public void A_failed_writer_leaves_the_old_file_and_nothing_else()
    {
        var folder = OutputFolder.Create(_root);
        string file = folder.Write("results.csv", s => s.Write("old"u8));
        Assert.Throws<InvalidOperationException>(() => folder.Write("results.csv", s =>
        {
            s.Write("half"u8);
            throw new InvalidOperationException();
        }));
        Assert.Equal([file], Directory.GetFileSystemEntries(_root));
        Assert.Equal("old", File.ReadAllText(file));
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_one_clear_error()
    {
        string path = Path.Combine(_root, "file");
        File.WriteAllText(path, "");
        var error = Assert.Throws<IOException>(() => OutputFolder.Create(Path.Combine(path, "sub")));
        Assert.StartsWith($"cannot write into the folder '{Path.Combine(path, "sub")}': ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void A_file_that_cannot_be_replaced_is_one_clear_error()
    {
        var folder = OutputFolder.Create(_root);
        string taken = Path.Combine(_root, "results.csv");
        Directory.CreateDirectory(taken);
        var error = Assert.Throws<IOException>(() => folder.Write("results.csv", s => s.Write("x"u8)));
        Assert.StartsWith($"cannot write '{taken}': ", error.Message, StringComparison.Ordinal);
        Assert.Equal([taken], Directory.GetFileSystemEntries(_root));
    }

    [Fact]
    public void A_folder_without_the_right_to_write_is_refused_before_the_work()
    {
        // The administrator may write everywhere, and Windows keeps rights elsewhere: nothing to be seen there.
        if (OperatingSystem.IsWindows() || Environment.UserName == "root")
        {
            return;
        }

        File.SetUnixFileMode(_root, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        try
        {
            Assert.Throws<IOException>(() => OutputFolder.Create(_root));
        }
        finally
        {
            File.SetUnixFileMode(_root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
