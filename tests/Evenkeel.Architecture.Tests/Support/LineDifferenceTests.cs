namespace Evenkeel.Architecture.Tests.Support;

public class LineDifferenceTests
{
    [Fact]
    public void Changed_lines_stand_under_the_line_that_encloses_them()
    {
        string[] before = ["class A", "{", "  int X;", "  int Y;", "}", "class B", "{", "  int Z;", "}"];
        string[] after = ["class A", "{", "  int X;", "  long Y;", "}", "class B", "{", "  int Z;", "  int W;", "}", "class C;"];

        Assert.Equal(
            [" class A", "-  int Y;", "+  long Y;", " class B", "+  int W;", "", "+class C;"], LineDifference.Between(before, after));
        Assert.Empty(LineDifference.Between(before, before));
        Assert.Equal(["+a"], LineDifference.Between([], ["a"]));
        Assert.Equal(["-a"], LineDifference.Between(["a"], []));
    }
}
