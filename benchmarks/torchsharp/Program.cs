using System.Diagnostics;
using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

// Times normalizations of TorchSharp when asked; the protocol is that of benchmarks/pytorch/peer.py:
//     N normalization KIND PASS SIZES
// with KIND batch, batch-channels-last or layer, PASS forward, backward, inference, forward-relu, backward-relu or inference-relu, and
// SIZES N C or N C H W. It is answered with the seconds that a call took.
int threads = int.Parse(args[0], CultureInfo.InvariantCulture);
set_num_threads(threads);
Console.WriteLine($"TorchSharp {typeof(torch).Assembly.GetName().Version?.ToString(3)}, libtorch 2.10.0, {threads} thread(s)");
(string Call, Action Action) ready = ("", static () => { });
while (Console.ReadLine() is { } line)
{
    string[] words = line.Split(' ');
    string call = string.Join(' ', words[2..]);
    if (ready.Call != call)
    {
        ready = default;
        GC.Collect();
        long[] sizes = Array.ConvertAll(words[4..], size => long.Parse(size, CultureInfo.InvariantCulture));
        ready = (call, Normalization(words[2], words[3], sizes));
    }

    int calls = int.Parse(words[0], CultureInfo.InvariantCulture);
    long start = Stopwatch.GetTimestamp();
    for (int i = 0; i < calls; i++)
    {
        using IDisposable scope = NewDisposeScope();
        ready.Action();
    }

    Console.WriteLine((Stopwatch.GetElapsedTime(start).TotalSeconds / calls).ToString("R", CultureInfo.InvariantCulture));
}

static Action Normalization(string kind, string pass, long[] sizes)
{
    Tensor x = randn(sizes), dy = randn(sizes);
    if (kind == "batch-channels-last")
    {
        x = ChannelsLast(x);
        dy = ChannelsLast(dy);
    }

    bool relu = pass.EndsWith("-relu", StringComparison.Ordinal);
    nn.Module<Tensor, Tensor> layer = kind == "layer" ? nn.LayerNorm([sizes[1]])
        : sizes.Length == 2 ? nn.BatchNorm1d(sizes[1])
        : nn.BatchNorm2d(sizes[1]);
    Tensor Forward(Tensor input) => relu ? layer.call(input).relu_() : layer.call(input);
    if (pass.StartsWith("inference", StringComparison.Ordinal))
    {
        layer.eval();
    }

    if (!pass.StartsWith("backward", StringComparison.Ordinal))
    {
        return () =>
        {
            using IDisposable noGrad = no_grad();
            Forward(x).Dispose();
        };
    }

    // The graph is kept, so that a call is a backward pass alone; peer.py calls the kernels without autograd.
    x.requires_grad = true;
    Tensor y = Forward(x);
    Tensor[] inputs = [x, .. layer.parameters()];
    return () =>
    {
        foreach (Tensor gradient in autograd.grad([y], inputs, [dy], retain_graph: true))
        {
            gradient.Dispose();
        }
    };
}

static Tensor ChannelsLast(Tensor x) => x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
