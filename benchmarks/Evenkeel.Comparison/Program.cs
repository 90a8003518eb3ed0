using System.CommandLine;
using System.CommandLine.Parsing;
using Evenkeel.Benchmarks;
using Evenkeel.Comparison;
using Evenkeel.Comparison.Cases;

var work = new Command("work", "Runs cases as standard input asks; started by compare.");
work.SetAction(_ => Worker.Run());
var root = new RootCommand("Compares the speed and the results of two builds of Evenkeel.") { ListCommand(), CompareCommand(), work };

ParseResult parsed = root.Parse(args);
int code = parsed.Invoke();
return parsed.Errors.Count > 0 ? 2 : code;

static Command ListCommand()
{
    Option<string[]> filter = FilterOption();
    var command = new Command("list", "Lists the cases.") { filter };
    command.SetAction(result =>
    {
        foreach (Case subject in Chosen(result.GetValue(filter)!))
        {
            Console.WriteLine(subject.Id);
        }
    });
    return command;
}

static Command CompareCommand()
{
    Argument<string> baseAssembly = new("base"), headAssembly = new("head");
    var commits = new Option<string[]>("--commits")
    {
        Description = "The names of the two builds in the report.",
        Arity = new(2, 2),
        AllowMultipleArgumentsPerToken = true,
    };
    Option<string[]> filter = FilterOption();
    var threads = new Option<int[]>("--threads")
    {
        Description = "The numbers of threads, such as --threads 2 1 (default: one for each processor, and 1).",
        AllowMultipleArgumentsPerToken = true,
        DefaultValueFactory = _ => [.. new[] { Environment.ProcessorCount, 1 }.Distinct()],
    };
    var rounds = new Option<int?>("--rounds") { Description = "The number of rounds (default 21, with --quick 7)." };
    threads.Validators.Add(result => CheckPositive(result, "--threads"));
    rounds.Validators.Add(result => CheckPositive(result, "--rounds"));
    var quick = new Option<bool>("--quick") { Description = "Fewer rounds: a first look." };
    var hashes = new Option<bool>("--hashes") { Description = "Compare the bits of trained networks instead of speed." };
    var command = new Command("compare", "Compares two builds, whose processes take turns.")
    {
        baseAssembly, headAssembly, commits, filter, threads, rounds, quick, hashes,
    };
    command.SetAction(result =>
    {
        string[] names = result.GetValue(commits) is { Length: 2 } given ? given : ["base", "head"];
        var @base = new Build(result.GetRequiredValue(baseAssembly), names[0]);
        var head = new Build(result.GetRequiredValue(headAssembly), names[1]);
        Console.WriteLine($"# {head.Commit} beside {@base.Commit}\n");
        Machine.Print(Console.Out);
        if (result.GetValue(hashes))
        {
            return HashComparison.Run(@base, head, Console.Out) ? 0 : 1;
        }

        int count = result.GetValue(rounds) ?? (result.GetValue(quick) ? 7 : 21);
        Console.WriteLine($"{count} rounds; both builds take a turn in each; {Machine.Load}\n");
        SpeedComparison comparison = SpeedComparison.Run(@base, head, Chosen(result.GetValue(filter)!), result.GetValue(threads)!, count);
        comparison.Write(Console.Out);
        return comparison.IsNoSlower ? 0 : 1;
    });
    return command;
}

static void CheckPositive(OptionResult result, string name)
{
    if (result.Tokens.Any(token => !int.TryParse(token.Value, out int number) || number < 1))
    {
        result.AddError($"{name} takes whole numbers of at least 1.");
    }
}

static Option<string[]> FilterOption()
{
    var filter = new Option<string[]>("--filter")
    {
        Description = "Only cases whose name has this text, such as channels-last; given twice, cases with either.",
        DefaultValueFactory = _ => [""],
    };
    filter.Validators.Add(result =>
    {
        if (Chosen(result.GetValueOrDefault<string[]>()).Count == 0)
        {
            result.AddError("No case has that text in its name; --list shows the names.");
        }
    });
    return filter;
}

static IReadOnlyList<Case> Chosen(string[] filters) =>
    [.. Case.All.Where(subject => filters.Any(text => subject.Id.Contains(text, StringComparison.OrdinalIgnoreCase)))];
