using Evenkeel.Data;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Data;

public class AtomicFileTests
{
    [Fact]
    public void A_check_changes_nothing_and_refuses_what_a_write_would()
    {
        using var folder = new TemporaryFolder();
        string old = folder.Write("old", [1]), none = Path.Combine(folder.Path, "none", "file");
        AtomicFile.CheckWritable(old);
        AtomicFile.CheckWritable(Path.Combine(folder.Path, "new"));
        Assert.Throws<DirectoryNotFoundException>(() => AtomicFile.CheckWritable(none));
        Assert.Equal([old], Directory.GetFiles(folder.Path));
        Assert.Equal([1], File.ReadAllBytes(old));
    }

    [Fact]
    public void The_old_file_stays_until_the_new_one_is_whole()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("file", "old"u8.ToArray());
        AtomicFile.Write(file, stream =>
        {
            stream.Write("new"u8);
            stream.Flush();
            Assert.Equal("old", File.ReadAllText(file));
        });
        Assert.Equal("new", File.ReadAllText(file));
        Assert.Equal([file], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Where_writing_fails_everything_stays()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("file", "old"u8.ToArray());
        Assert.Throws<InvalidOperationException>(() => AtomicFile.Write(file, stream =>
        {
            stream.Write("half"u8);
            throw new InvalidOperationException();
        }));
        Assert.Equal("old", File.ReadAllText(file));
        Assert.Equal([file], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void A_folder_is_not_replaced()
    {
        using var folder = new TemporaryFolder();
        string taken = Directory.CreateDirectory(Path.Combine(folder.Path, "taken")).FullName;
        Assert.ThrowsAny<Exception>(() => AtomicFile.Write(taken, stream => stream.Write("x"u8)));
        Assert.Equal([taken], Directory.GetFileSystemEntries(folder.Path));
    }

    [Fact]
    public void Where_there_is_no_file_there_is_one()
    {
        using var folder = new TemporaryFolder();
        string file = Path.Combine(folder.Path, "file");
        AtomicFile.Write(file, stream => stream.Write("new"u8));
        Assert.Equal("new", File.ReadAllText(file));
    }

    [Fact]
    public void An_empty_file_is_replaced_like_others()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("file", []);
        AtomicFile.Write(file, stream =>
        {
            stream.Write("new"u8);
            stream.Flush();
            Assert.Empty(File.ReadAllBytes(file));
        });
        Assert.Equal("new", File.ReadAllText(file));
    }

    [Fact]
    public async Task It_can_be_read_and_written_while_it_is_replaced()
    {
        using var folder = new TemporaryFolder();
        string file = folder.Write("file", "old"u8.ToArray());
        using var done = new CancellationTokenSource();
        Task reading = Task.Run(() =>
        {
            while (!done.IsCancellationRequested)
            {
                using FileStream read = File.OpenRead(file);
                using FileStream written = new(file, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            }
        });
        for (int i = 0; i < 200; i++)
        {
            AtomicFile.Write(file, stream => stream.WriteByte(1));
        }

        await done.CancelAsync();
        await reading;
    }

    [Fact]
    public void A_link_stays_and_leads_to_the_new_file()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        using var folder = new TemporaryFolder();
        string file = folder.Write("file", "old"u8.ToArray());
        string first = Link("first", file), second = Link("second", first), early = Link("early", Path.Combine(folder.Path, "later"));
        AtomicFile.Write(second, stream => stream.Write("new"u8));
        AtomicFile.Write(early, stream => stream.Write("later"u8));
        Assert.Equal(["new", "new", "new"], ((string[])[file, first, second]).Select(File.ReadAllText));
        Assert.Equal("later", File.ReadAllText(Path.Combine(folder.Path, "later")));
        Assert.All((string[])[first, second, early], link => Assert.NotNull(new FileInfo(link).LinkTarget));
        Assert.Equal(5, Directory.GetFileSystemEntries(folder.Path).Length);

        string Link(string name, string target) => File.CreateSymbolicLink(Path.Combine(folder.Path, name), target).FullName;
    }

    [Fact]
    public void A_device_stays_and_takes_what_is_written()
    {
        // Not /dev/null, which a machine would miss if this went wrong.
        const string Full = "/dev/full";
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using var folder = new TemporaryFolder();
        string link = File.CreateSymbolicLink(Path.Combine(folder.Path, "full"), Full).FullName;
        AtomicFile.Write(link, _ => { });
        Assert.Throws<IOException>(() => AtomicFile.Write(link, stream => stream.Write(new byte[1])));
        Assert.Throws<IOException>(() => AtomicFile.Write(Full, stream => stream.Write(new byte[100_000])));
        Assert.Equal(Full, new FileInfo(link).LinkTarget);
        Assert.Equal([link], Directory.GetFileSystemEntries(folder.Path));
    }
}
