namespace Evenkeel.Tables;

/// <summary>What a model predicts of a row.</summary>
public enum TableTask
{
    /// <summary>One of several classes.</summary>
    Classification,

    /// <summary>A number.</summary>
    Regression,
}
