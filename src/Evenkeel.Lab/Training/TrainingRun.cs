using System.Diagnostics;
using Evenkeel.Data;
using Evenkeel.Networks;
using Evenkeel.Training;

namespace Evenkeel.Lab.Training;

/// <summary>A network that is trained step by step, and the latest picture of it.</summary>
internal sealed class TrainingRun
{
    /// <summary>The time between two tests, over which the speed is measured too.</summary>
    private static readonly TimeSpan BetweenTests = TimeSpan.FromSeconds(1);

    private readonly Trainer<int> _trainer;
    private readonly Batches<int> _batches;
    private readonly LayerWatch _watch;
    private readonly SoftmaxCrossEntropy _loss = new();
    private int _epoch;
    private double _lossSum;
    private long _stepsAtFrame;
    private long _stepsAtTest;
    private long _testTime = Stopwatch.GetTimestamp();
    private double _stepsPerSecond;
    private double _testAccuracy = double.NaN;
    private bool _hasDied;

    /// <summary>Creates a run.</summary>
    public TrainingRun(RunSettings settings)
    {
        Sequential network = settings.CreateNetwork(Digits.Pixels, Digits.Classes);
        _trainer = new Trainer<int>(network, _loss, new Sgd(settings.LearningRate));
        _batches = new Batches<int>(Digits.Train, settings.BatchSize, (ulong)settings.Seed, dropLast: true);
        _watch = new LayerWatch(network);
        Frame = new RunFrame(0, double.NaN, double.NaN, 0, false, _watch.Frames());
    }

    /// <summary>The latest picture; replaced as a whole, and read by any thread.</summary>
    public RunFrame Frame { get; private set; }

    /// <summary>The learning rate of the next step.</summary>
    public double LearningRate
    {
        get => _trainer.Optimizer.LearningRate;
        set => _trainer.Optimizer.LearningRate = value;
    }

    /// <summary>Ends the run with an error.</summary>
    public void Fail(string problem)
    {
        _hasDied = true;
        Frame = Frame with { HasDied = true, Problem = problem };
    }

    /// <summary>Makes a step; nothing if the run has died.</summary>
    /// <param name="takesFrame">Whether a new picture is taken.</param>
    public void Step(bool takesFrame)
    {
        if (_hasDied)
        {
            return;
        }

        if (!_batches.MoveNext())
        {
            _batches.Start(_epoch++);
            _ = _batches.MoveNext();
        }

        double loss;
        using (takesFrame ? _watch.Observe() : null)
        {
            loss = _trainer.Step(_batches.Inputs, _batches.Targets);
        }

        _lossSum += loss;
        _hasDied = !double.IsFinite(loss);
        if (takesFrame || _hasDied)
        {
            TakeFrame();
        }
    }

    private void TakeFrame()
    {
        long now = Stopwatch.GetTimestamp();
        TimeSpan sinceTest = Stopwatch.GetElapsedTime(_testTime, now);
        if (!_hasDied && (sinceTest > BetweenTests || double.IsNaN(_testAccuracy)))
        {
            _stepsPerSecond = (_trainer.Steps - _stepsAtTest) / sinceTest.TotalSeconds;
            _testAccuracy = _trainer.Evaluate(Digits.Test).Accuracy ?? double.NaN;
            (_stepsAtTest, _testTime) = (_trainer.Steps, now);
        }

        long steps = _trainer.Steps - _stepsAtFrame;
        Frame = new RunFrame(
            _trainer.Steps,
            _lossSum / steps,
            _testAccuracy,
            _stepsPerSecond,
            _hasDied,
            _watch.Frames());
        (_stepsAtFrame, _lossSum) = (_trainer.Steps, 0);
    }
}
