// Runs models in ONNX Runtime, one command per line of the standard input, each answered with a number:
//     load FILE THREADS    loads a model; the number of threads
//     bind FILE            takes a file of float as the batch; the number of values
//     run CALLS            calls the model; the seconds of one call
//     rest                 waits until the threads of the session sleep; the milliseconds of processor time since the command
//     memory               the resident memory of the process in bytes
//     write FILE           calls the model and writes its outputs as float; the number of values
// File names are relative to the folder that is the only argument.
using System.Globalization;
using System.Runtime.InteropServices;
using Evenkeel.OnnxRuntime;
using Microsoft.ML.OnnxRuntime;

Directory.SetCurrentDirectory(args[0]);
Console.WriteLine($"ONNX Runtime {OrtEnv.Instance().GetVersionString()}");
Model? model = null;
while (Console.ReadLine() is { } line)
{
    double answer = line.Split(' ') switch
    {
        ["load", string file, string threads] => Load(file, Number(threads)),
        ["bind", string file] => Bind(Loaded(), file),
        ["run", string calls] => Loaded().Seconds(Number(calls)),
        ["rest"] => Rest(),
        ["memory"] => Environment.WorkingSet,
        ["write", string file] => Write(Loaded(), file),
        _ => throw new InvalidOperationException($"Unknown command '{line}'."),
    };
    Console.WriteLine(answer.ToString(CultureInfo.InvariantCulture));
}

model?.Dispose();

double Load(string file, int threads)
{
    model?.Dispose();
    model = new Model(file, threads);
    return threads;
}

Model Loaded() => model ?? throw new InvalidOperationException("No model is loaded; 'load FILE THREADS' loads one.");

static double Bind(Model model, string file)
{
    float[] inputs = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(file)).ToArray();
    model.Bind(inputs);
    return inputs.Length;
}

// After a call the threads of a session look for work for some tens of milliseconds, more on some processors.
static double Rest()
{
    TimeSpan window = TimeSpan.FromMilliseconds(10), start = Environment.CpuUsage.TotalTime, before;
    do
    {
        before = Environment.CpuUsage.TotalTime;
        Thread.Sleep(window);
    }
    while (Environment.CpuUsage.TotalTime - before > window / 10);
    return (Environment.CpuUsage.TotalTime - start).TotalMilliseconds;
}

static double Write(Model model, string file)
{
    model.Seconds(1);
    File.WriteAllBytes(file, MemoryMarshal.AsBytes(model.Outputs));
    return model.Outputs.Length;
}

static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
