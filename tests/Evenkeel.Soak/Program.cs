using System.Globalization;
using Evenkeel.Soak;

// Evenkeel.Soak [STEPS [FITS]]: a million training steps and 100,000 fits by default. The exit status is 1 if a step allocates or memory
// grows.
int steps = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 1_000_000;
int fits = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 100_000;
int failed = 0;
Console.WriteLine("| workload | calls | bytes allocated per call | heap, half way and at the end, KiB | working set, MiB | |");
Console.WriteLine("| --- | ---: | ---: | ---: | ---: | --- |");
foreach (Workload workload in Workload.Training(steps).Concat(Workload.Fits(fits)))
{
    Action call = workload.Make();
    Repeat(Workload.WarmUp);
    long allocated = GC.GetTotalAllocatedBytes(precise: true);
    Repeat(workload.Calls / 2);
    allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
    MemoryUse half = MemoryUse.Now();
    Repeat(workload.Calls / 2);
    MemoryUse end = MemoryUse.Now();
    double each = allocated / (workload.Calls / 2.0);
    bool isFlat = !half.IsBelow(end) && (each == 0 || workload.MayAllocate);
    failed += isFlat ? 0 : 1;
    Console.WriteLine(string.Create(
        CultureInfo.InvariantCulture,
        $"| {workload.Name} | {workload.Calls} | {each:0.###} | {half.Heap >> 10}, {end.Heap >> 10} | {half.WorkingSet >> 20}, "
        + $"{end.WorkingSet >> 20} | {(isFlat ? "flat" : "GROWS")} |"));

    void Repeat(int count)
    {
        for (int i = 0; i < count; i++)
        {
            call();
        }
    }
}

return failed == 0 ? 0 : 1;
