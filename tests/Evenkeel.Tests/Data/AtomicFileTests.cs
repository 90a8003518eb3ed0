using Evenkeel.Data;
using Evenkeel.Tests.Support;

namespace Evenkeel.Tests.Data;

public class AtomicFileTests
{
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
}
