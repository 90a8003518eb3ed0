using System.Text.RegularExpressions;
using Evenkeel.Architecture.Tests.Support;

namespace Evenkeel.Architecture.Tests;

/// <summary>Comments, messages and names avoid phrases that read translated and terms that the glossary has replaced.</summary>
public class WordingTests
{
    [Theory]
    [InlineData("(?<!each )of which", "two sentences, or \"whose\"")]
    [InlineData("so many", "\"as many as …\", or the number's name")]
    [InlineData("says how", "\"describes\", or a noun phrase")]
    [InlineData("stays? put", "what does not move, and why")]
    [InlineData(
        @"/// <summary>The same(?: (?:and|as|by|for|from|in|of|on|through|where|with|without)\b|[,.:;])", "a summary that stands alone")]
    [InlineData("slivers?", "\"micro-panel\"")]
    public void The_sources_do_not_say(string phrase, string instead)
    {
        // A phrase may begin on one line of a comment and end on the next.
        var pattern = new Regex(phrase.Replace(" ", @"\s+(?:///?\s*)?", StringComparison.Ordinal), RegexOptions.IgnoreCase);
        string[] places =
        [
            .. from path in Repository.Files("src", ".cs")
               let text = Repository.Read(path)
               from Match match in pattern.Matches(text)
               select $"{path}:{text.AsSpan(0, match.Index).Count('\n') + 1}",
        ];

        Assert.True(places.Length == 0, $"\"{phrase}\" ({places.Length} times): better {instead}.\n{string.Join('\n', places)}");
    }
}
