using Evenkeel.Browser;
using Evenkeel.Explanations.Methods;
using Evenkeel.Explanations.Pages;

namespace Evenkeel.Explanations.Tests;

public class PageTests
{
    [PageCheckFact]
    public void Every_page_is_legible_wide_and_narrow_light_and_dark()
    {
        string folder = Directory.CreateTempSubdirectory("evenkeel-pages-").FullName;
        try
        {
            float[] values = [.. Enumerable.Range(0, 36).Select(i => (i * 7 % 11) - 4.25f)];
            var wide = new ExplanationInput([3, 2, 2, 3], values);
            // One of each kind: with a graph and sets, with a larger graph, with tables alone, and with vectors.
            Explanation[] explanations =
            [
                BatchNormExplanation.Of(wide),
                CrossIterationExplanation.Of(ExplanationInput.Images),
                ScalingExplanation.Of(ExplanationInput.Dense),
                GradientChainExplanation.Of(ExplanationInput.Images),
            ];
            string[] pages = [.. explanations.Select((explanation, i) => Path.Combine(folder, FormattableString.Invariant($"{i}.html")))];
            for (int i = 0; i < pages.Length; i++)
            {
                File.WriteAllText(pages[i], ExplanationPage.Of(explanations[i]));
            }

            Assert.Empty(PageCheck.Problems(pages));
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
