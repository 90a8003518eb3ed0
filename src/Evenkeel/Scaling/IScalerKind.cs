using Evenkeel.Formats;

namespace Evenkeel.Scaling;

/// <summary>What a kind of scaler is called in files, and how one is made from the settings there.</summary>
internal interface IScalerKind
{
    /// <summary>The field's name of it.</summary>
    static abstract string Kind { get; }

    /// <summary>Makes an unfitted scaler of the settings that <see cref="Scaler.WriteSettings"/> wrote.</summary>
    static abstract Scaler Create(JsonFields settings);
}
