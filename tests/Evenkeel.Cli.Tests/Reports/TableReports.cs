using System.Globalization;
using System.Text;
using Evenkeel.Cli.Tests.Support;
using Evenkeel.Numerics;
using static System.FormattableString;

namespace Evenkeel.Cli.Tests.Reports;

/// <summary>Reports of small tables, each made once.</summary>
public sealed class TableReports : IDisposable
{
    public const string Script = "</script><script>document.body.remove()</script>";
    public const string Image = "<img src=x onerror=alert(1)>";
    private const int Rows = 120;

    private readonly CsvFolder _folder = new();
    private readonly Dictionary<string, string> _pages = [];

    /// <summary>The report of two classes, in a table with missing cells, categories, a constant column and names of rows.</summary>
    public string TwoClasses => Page("two.csv", Table(["low", "high"]), "kind");

    /// <summary>The report of four classes.</summary>
    public string FourClasses => Page("four.csv", Table(["north", "east", "south", "west"]), "kind", "--except", "city");

    /// <summary>The report of a number.</summary>
    public string Regression => Page("number.csv", Table(null), "kind");

    /// <summary>The report without rows held out and without normalization.</summary>
    public string Plain => Page("plain.csv", Table(["low", "high"]), "kind", "--validate", "0", "--norm", "none");

    /// <summary>The report of a wide table with hostile names, 151 categories and 30 classes.</summary>
    public string Hostile => Page("hostile.csv", HostileTable(), "<b>label</b>");

    internal CsvFolder Folder => _folder;

    /// <summary>Trains on a table, with the options of all tests, and returns the page.</summary>
    public string Train(string file, string label, params string[] options)
    {
        string[] small = ["--epochs", "4", "--hidden", "8,6", "--seed", "3"];
        _folder.RunWell(["train", "@" + file, "--label", label, "--report", "@page.html", .. small, .. options]);
        return _folder.Read("page.html");
    }

    public void Dispose()
    {
        _folder.Dispose();
        Parallelism.Threads = Environment.ProcessorCount;
    }

    private string Page(string file, string table, string label, params string[] options)
    {
        lock (_pages)
        {
            if (!_pages.TryGetValue(file, out string? page))
            {
                _folder.Write(file, table);
                _pages[file] = page = Train(file, label, options);
            }

            return page;
        }
    }

    /// <summary>A table whose label depends on <c>size</c>.</summary>
    private static string Table(string[]? classes)
    {
        var random = new RandomStream(1, 0);
        var csv = new StringBuilder("row_id,size,weight,city,same,kind\n");
        for (int row = 0; row < Rows; row++)
        {
            double size = random.Uniform((ulong)(3 * row)), weight = 100 + 20 * random.Uniform((ulong)(3 * row + 1));
            string label = classes is null
                ? (50 * size + random.Uniform((ulong)(3 * row + 2))).ToString("F2", CultureInfo.InvariantCulture)
                : classes[(int)(size * classes.Length)];
            string filled = row % 9 == 4 ? "" : weight.ToString("F1", CultureInfo.InvariantCulture);
            csv.Append(CultureInfo.InvariantCulture, $"{row + 1},{size:F3},{filled},{(row % 3 == 0 ? "Bonn" : "Köln")},x,{label}\n");
        }

        return csv.ToString();
    }

    private static string HostileTable()
    {
        const int Columns = 205;
        var random = new RandomStream(2, 0);
        string[] names =
        [
            Script, Image, new string('x', 3000), new string('x', 2999) + "y", "a\u202eb&'", "-->", "datum.value",
            .. Enumerable.Range(7, Columns - 7).Select(c => $"n{c}"),
        ];
        var csv = new StringBuilder();
        csv.Append(string.Join(',', names.Prepend("many").Append("<b>label</b>").Select(name => $"\"{name}\""))).Append('\n');
        for (int row = 0; row < 5 * Rows; row++)
        {
            csv.Append(row % 4 > 0 ? "usual," : Invariant($"<u>{row},"));
            for (int c = 0; c < Columns; c++)
            {
                csv.Append(c == 1
                    ? $"{(row % 2 == 0 ? "<i>" : "</script>")},"
                    : random.Uniform((ulong)(row * Columns + c)).ToString("F4", CultureInfo.InvariantCulture) + ",");
            }

            csv.Append(CultureInfo.InvariantCulture, $"<u>{row % 30}</u>{new string('w', row % 30)}\n");
        }

        return csv.ToString();
    }
}
