namespace Evenkeel.Numerics;

/// <summary>Turns what a set was reduced to into the coefficients of its map.</summary>
internal interface ISetPolicy
{
    /// <summary>Prepares one set; called once for each, from any thread.</summary>
    void Prepare(int set);
}
