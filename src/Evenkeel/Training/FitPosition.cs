namespace Evenkeel.Training;

/// <summary>The position of a run between two steps: with the state of the network and the optimizer, all that it needs to go on.</summary>
internal sealed class FitPosition
{
    /// <summary>The number of the call's first epoch.</summary>
    public int FirstEpoch { get; set; } = 1;

    /// <summary>The number of the current epoch; between two epochs, that of the next.</summary>
    public int Epoch { get; set; } = 1;

    /// <summary>The number of steps taken in the current epoch.</summary>
    public int Step { get; set; }

    /// <summary>The sum of the losses of the current epoch's samples.</summary>
    public double LossSum { get; set; }

    /// <summary>The number of samples seen in the current epoch.</summary>
    public int Samples { get; set; }

    /// <summary>The optimizer's learning rate at the last step of the current epoch.</summary>
    public double LearningRate { get; set; }

    /// <summary>The duration of the current epoch in earlier runs.</summary>
    public double ElapsedSeconds { get; set; }

    /// <summary>The results of the call's completed epochs.</summary>
    public IList<EpochResult> Results { get; set; } = [];

    /// <summary>The best value of the watched measure; NaN if there is none.</summary>
    public double BestMeasure { get; set; } = double.NaN;

    /// <summary>The number of the epoch with <see cref="BestMeasure"/>; 0 if there is none.</summary>
    public int BestEpoch { get; set; }

    /// <summary>The watched measure at the last improvement that early stopping counts as one; NaN if there is none.</summary>
    public double ImprovedMeasure { get; set; } = double.NaN;

    /// <summary>The number of completed epochs since that improvement.</summary>
    public int EpochsWithoutImprovement { get; set; }

    /// <summary>Throws if it is no position of a call.</summary>
    /// <param name="stepsPerEpoch">The number of steps per epoch.</param>
    /// <exception cref="InvalidDataException">A number is out of its range.</exception>
    public void Check(int stepsPerEpoch)
    {
        if (FirstEpoch < 1 || Epoch < FirstEpoch || Epoch > FirstEpoch + Results.Count || Step < 0 || Step > stepsPerEpoch || Samples < 0)
        {
            throw new InvalidDataException(
                "The checkpoint's position in training is not one of this call: an epoch or a step is out of its range.");
        }
    }
}
