using System.Globalization;
using System.Runtime.Intrinsics;
using Evenkeel.Determinism;
using Evenkeel.Numerics;

// Evenkeel.Determinism [THREADS [TEXT]]: a line with the width of vectors, then one per subject whose group and name have the text: its
// group, name and hash.
if (args.Length > 0)
{
    Parallelism.Threads = int.Parse(args[0], CultureInfo.InvariantCulture);
}

int bits = Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0;
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"vectors {bits}"));
foreach (Subject subject in Subject.All.Where(subject => args.Length < 2 || subject.Title.Contains(args[1], StringComparison.Ordinal)))
{
    Console.WriteLine($"{subject.Title} {subject.Hash()}");
}
