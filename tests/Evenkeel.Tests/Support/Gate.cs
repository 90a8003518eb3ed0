using System.Numerics.Tensors;
using Evenkeel.Layers;

namespace Evenkeel.Tests.Support;

/// <summary>A layer that passes its input on, and can hold a thread inside.</summary>
internal sealed class Gate : Layer
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    private TaskCompletionSource? _reached;
    private TaskCompletionSource? _opened; // null while the gate is open

    /// <summary>Makes the next passes fail.</summary>
    public bool Throws { get; set; }

    /// <summary>Runs an action while another thread is inside a call that passes here.</summary>
    /// <param name="call">The call.</param>
    /// <param name="action">The action of this thread.</param>
    public void While(Action call, Action action)
    {
        (_reached, _opened) = (new(), new());
        Task other = Task.Factory.StartNew(call, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            Assert.True(_reached.Task.Wait(Patience));
            action();
        }
        finally
        {
            _opened.SetResult();
            _opened = null;
            Assert.True(other.Wait(Patience));
        }
    }

    protected override Tensor<float> ForwardCore(Tensor<float> input, Pass pass) => Through(input);

    protected override Tensor<float> BackwardCore(Tensor<float> outputGradient) => Through(outputGradient);

    private Tensor<float> Through(Tensor<float> tensor)
    {
        if (Throws)
        {
            throw new TimeoutException("The gate fails.");
        }

        _reached?.TrySetResult();
        Assert.True(_opened?.Task.Wait(Patience) ?? true);
        return tensor;
    }
}
