using System.Globalization;
using Evenkeel.Lab.Tests.Support;
using Evenkeel.Lab.Valley;

namespace Evenkeel.Lab.Tests;

public class ValleyProgramTests
{
    [Theory]
    [InlineData("plain")]
    [InlineData("momentum")]
    [InlineData("rmsprop")]
    [InlineData("adam")]
    public void The_CSharp_program_prints_the_losses_of_the_path(string optimizer)
    {
        ValleyRequest request = Request(optimizer);

        Assert.Equal(
            ValleyPath.Of(request).Losses.Select(loss => loss.ToString("G6", CultureInfo.InvariantCulture)),
            CSharpProgram.Run(ValleyProgram.Of(request).CSharp!).Select(line => line.Split("loss ")[1]));
    }

    [TorchFact]
    public void The_PyTorch_program_takes_the_path()
    {
        ValleyRequest whole = Request("plain") with { Correlation = 0, Scaled = true };
        foreach (ValleyRequest request in new[] { Request("plain"), Request("momentum"), Request("rmsprop"), Request("adam"), whole })
        {
            Assert.Equal(
                ValleyPath.Of(request).Losses,
                PythonProgram.Run(ValleyProgram.Of(request).PyTorch!)
                    .Select(line => double.Parse(line.Split("loss ")[1], CultureInfo.InvariantCulture)),
                (expected, actual) => Math.Abs(expected - actual) <= 1e-4 * expected + 1e-6);
        }
    }

    private static ValleyRequest Request(string optimizer) =>
        new(Ratio: 10, Correlation: 0.3, Scaled: false, optimizer, Rate: 0.5, Steps: 30);
}
