namespace Evenkeel.Training;

/// <summary>How the losses of a batch become one number.</summary>
public enum LossReduction
{
    /// <summary>Their mean.</summary>
    Mean,

    /// <summary>Their sum.</summary>
    Sum,
}
