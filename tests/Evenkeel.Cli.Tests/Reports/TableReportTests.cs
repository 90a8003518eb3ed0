using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Evenkeel.Browser;
using Evenkeel.Cli.Shell;
using Evenkeel.Cli.Tests.Support;
using Evenkeel.Numerics;

namespace Evenkeel.Cli.Tests.Reports;

public partial class TableReportTests(TableReports reports) : IClassFixture<TableReports>
{
    private static readonly string[] Common = ["coefficients", "importance", "loss", "normalization"];

    [Fact]
    public void A_report_of_classes_has_all_sections_in_order()
    {
        string page = reports.TwoClasses;
        AssertInOrder(
            page,
            "kind, predicted from two.csv",
            "rows that the network did not see",
            "class=\"matrix\"",
            "How it learned",
            "Can its probabilities be trusted?",
            "What the predictions depend on",
            "The columns, before and after preparation",
            "Columns left out",
            "What normalization did",
            "Settings, and how to reproduce this");
        Assert.Equal([.. Common.Concat(["accuracy", "calibration", "sureness"]).Order()], ChartsOf(page));
        Assert.Contains("The probability is that of the class low.", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_of_four_classes_shows_each_of_them()
    {
        string page = reports.FourClasses;
        string matrix = page[page.IndexOf("class=\"matrix\"", StringComparison.Ordinal)..];
        matrix = matrix[..matrix.IndexOf("</table>", StringComparison.Ordinal)];
        Assert.All(new[] { "north", "east", "south", "west" }, name => Assert.Equal(2, matrix.Split($">{name}<").Length - 1));
        Assert.Equal(16, Regex.Count(matrix, "<td class"));
        Assert.Contains(">not chosen<", page, StringComparison.Ordinal);
        string[] classes = [.. Chart(page, "coefficients").GetProperty("data").GetProperty("values").EnumerateArray()
            .Select(point => point.GetProperty("class").GetString()!).Distinct()];
        Assert.Equal(["east", "north", "south", "west"], classes);
    }

    [Fact]
    public void A_report_of_a_number_shows_predictions_against_actual_ones_and_errors()
    {
        string page = reports.Regression;
        Assert.Equal([.. Common.Concat(["errors", "predicted"]).Order()], ChartsOf(page));
        Assert.Contains("Always predicting the mean would be off by", page, StringComparison.Ordinal);
        JsonElement dots = Chart(page, "predicted").GetProperty("layer")[1].GetProperty("data").GetProperty("values");
        Assert.Equal(24, dots.GetArrayLength());
        long rows = Chart(page, "errors").GetProperty("data").GetProperty("values").EnumerateArray()
            .Sum(bin => bin.GetProperty("rows").GetInt64());
        Assert.Equal(24, rows);
    }

    [Fact]
    public void The_sentence_has_the_numbers_of_the_matrix()
    {
        string page = reports.FourClasses;
        int[] counts = [.. MatrixCell().Matches(page).Select(cell => int.Parse(cell.Groups["count"].Value, CultureInfo.InvariantCulture))];
        int[] right = [.. MatrixCell().Matches(page).Where((_, i) => i % 5 == 0)
            .Select(cell => int.Parse(cell.Groups["count"].Value, CultureInfo.InvariantCulture))];
        string percent = (100.0 * right.Sum() / counts.Sum()).ToString("0.0", CultureInfo.InvariantCulture);
        Assert.Contains($"Of {counts.Sum()} rows that the network did not see, {percent}&nbsp;%", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Columns_say_how_they_are_prepared_and_why_others_are_left_out()
    {
        string page = reports.TwoClasses;
        Assert.Contains("3 columns of 120 rows become 5 features of the network", Words(page), StringComparison.Ordinal);
        Assert.Contains("the median, in 13 missing cells; a second feature is 1 where the cell is missing", page, StringComparison.Ordinal);
        Assert.Contains("Köln", System.Net.WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        Assert.Matches("row_id</th><td>id</td><td>names the rows", page);
        Assert.Matches("same</th><td>constant</td><td>all cells have the same value", page);
        Assert.Contains("histogram from", page, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public void Without_rows_held_out_or_normalization_the_page_says_so()
    {
        string page = reports.Plain;
        Assert.Contains("<strong>No rows were held out:</strong>", page, StringComparison.Ordinal);
        Assert.Contains("Of the 120 rows that the network was trained on", page, StringComparison.Ordinal);
        Assert.Contains("The network has no normalization layers", page, StringComparison.Ordinal);
        Assert.DoesNotContain("did not see", page, StringComparison.Ordinal);
        Assert.DoesNotContain("normalization", ChartsOf(page));
    }

    [Fact]
    public void Hostile_names_stay_text_and_large_tables_are_cut_with_a_word_about_it()
    {
        string page = WithoutLibraries(reports.Hostile);
        Assert.DoesNotContain(TableReports.Script, page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script>document.body", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<img", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<u>", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>label", page, StringComparison.Ordinal);
        Assert.DoesNotContain("\u202e", page, StringComparison.Ordinal);
        Assert.DoesNotContain(new string('x', 400), page, StringComparison.Ordinal);
        Assert.Contains("The 11 most frequent of 30 classes are shown", page, StringComparison.Ordinal);
        Assert.Contains("The first 200 of 206 columns are shown", page, StringComparison.Ordinal);
        Assert.Contains("the first 20 of 206 columns", page, StringComparison.Ordinal);
        Assert.Matches(@"and \d+ more; counts are of training rows", page);
        JsonElement[] bars = [.. Chart(page, "importance").GetProperty("data").GetProperty("values").EnumerateArray()];
        Assert.Equal(20, bars.Select(bar => bar.GetProperty("name").GetString()).Distinct().Count());
    }

    [Fact]
    public void The_page_has_the_same_bytes_each_time_on_any_number_of_threads()
    {
        string page = reports.TwoClasses;
        Parallelism.Threads = 1;
        Assert.Equal(page, reports.Train("two.csv", "kind"));
    }

    [Fact]
    public void The_command_that_the_page_shows_is_quoted_for_a_shell()
    {
        string page = System.Net.WebUtility.HtmlDecode(reports.Hostile);
        Assert.Contains("--label '<b>label</b>' --report", page, StringComparison.Ordinal);
        Assert.Contains("--epochs 4 --hidden 8,6 --seed 3", page, StringComparison.Ordinal);
    }

    [Fact]
    public void A_cross_validation_is_in_the_report()
    {
        _ = reports.TwoClasses;
        string page = reports.Train("two.csv", "kind", "--folds", "3");
        Assert.Matches(@"A cross-validation with 3 folds.* accuracy of [01]\.\d{3} ± 0\.\d{3}", page);
    }

    [Fact]
    public void Model_and_report_in_one_file_are_refused()
    {
        _ = reports.TwoClasses;
        CommandRun run = reports.Folder.Run("train", "@two.csv", "--label", "kind", "--save", "@same", "--report", "@same");
        run.AssertRefused(ExitCode.Usage, "--save and --report");
        Assert.DoesNotContain("same", reports.Folder.Files());
    }

    [PageCheckFact]
    public void Every_chart_is_drawn_and_every_page_legible_wide_and_narrow_in_light_and_dark_mode()
    {
        string folder = Directory.CreateDirectory(Path.Combine(AppContext.BaseDirectory, "reports", "tables")).FullName;
        (string Name, string Page)[] pages =
            [("four", reports.FourClasses), ("number", reports.Regression), ("hostile", reports.Hostile)];
        string[] files = [.. pages.Select(page => Path.Combine(folder, page.Name + ".html"))];
        for (int i = 0; i < pages.Length; i++)
        {
            File.WriteAllText(files[i], pages[i].Page);
        }

        // Names longer than a chart can hold are shortened on purpose.
        string[] problems =
        [
            .. from problem in PageCheck.Problems(files)
               where !(problem.Contains("hostile.html", StringComparison.Ordinal)
                   && problem.EndsWith("is shortened", StringComparison.Ordinal))
               select problem,
        ];
        Assert.Empty(problems);
    }

    private static void AssertInOrder(string page, params string[] texts)
    {
        int position = 0;
        foreach (string text in texts)
        {
            int found = page.IndexOf(text, position, StringComparison.Ordinal);
            Assert.True(found >= 0, $"'{text}' is missing, or not in order");
            position = found;
        }
    }

    private static string[] ChartsOf(string page)
    {
        string[] specified = [.. Json(page, "charts").EnumerateObject().Select(chart => chart.Name).Order()];
        Assert.Equal(specified, ChartElement().Matches(page).Select(chart => chart.Groups["name"].Value).Order());
        return specified;
    }

    private static JsonElement Chart(string page, string name) => Json(page, "charts").GetProperty(name);

    private static JsonElement Json(string page, string id)
    {
        string start = $"<script type=\"application/json\" id=\"{id}\">";
        string text = page[(page.IndexOf(start, StringComparison.Ordinal) + start.Length)..];
        return JsonDocument.Parse(text[..text.IndexOf("</script>", StringComparison.Ordinal)]).RootElement;
    }

    /// <summary>The page up to the libraries' scripts.</summary>
    private static string WithoutLibraries(string page) => page[..page.IndexOf("<script>", StringComparison.Ordinal)];

    private static string Words(string page) => Blanks().Replace(page, " ");

    [GeneratedRegex("<td class=\"(?:none|right|wrong)\" style=\"[^\"]*\">(?<count>\\d+)</td>")]
    private static partial Regex MatrixCell();

    [GeneratedRegex("<div class=\"chart\" data-chart=\"(?<name>[a-z]+)\"")]
    private static partial Regex ChartElement();

    [GeneratedRegex("\\s+")]
    private static partial Regex Blanks();
}
