using Evenkeel.Formats;

namespace Evenkeel.Scaling;

/// <summary>Gives a kind of scaler its name in files, and creates one from the settings there.</summary>
internal interface IScalerKind
{
    /// <summary>The name of the kind in files.</summary>
    static abstract string Kind { get; }

    /// <summary>Creates an unfitted scaler from the settings that <see cref="Scaler.WriteSettings"/> wrote.</summary>
    static abstract Scaler Create(JsonFields settings);
}
