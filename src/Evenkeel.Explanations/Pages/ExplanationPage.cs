namespace Evenkeel.Explanations.Pages;

/// <summary>An explanation as one page that opens without a network.</summary>
internal static class ExplanationPage
{
    public static string Of(Explanation explanation) => ExplanationJson.Write(explanation);
}
