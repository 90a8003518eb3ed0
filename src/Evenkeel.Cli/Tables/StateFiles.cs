using Evenkeel.Cli.Shell;
using Evenkeel.Scaling;

namespace Evenkeel.Cli.Tables;

/// <summary>Gathers the states of parts of a table from files.</summary>
internal static class StateFiles
{
    /// <summary>Loads states and combines them, in any order.</summary>
    /// <exception cref="InvalidDataException">A file is no state, or does not go with the others.</exception>
    /// <exception cref="IOException">A file cannot be read.</exception>
    public static ScalerState Load(IReadOnlyList<string> paths)
    {
        ScalerState[] states = [.. paths.Select(Load)];
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        for (int i = 0; i < states.Length; i++)
        {
            foreach (ScalerPart part in states[i].Parts)
            {
                if (!owners.TryAdd(part.Name, paths[i]))
                {
                    throw new InvalidDataException(
                        $"'{owners[part.Name]}' and '{paths[i]}' both have the part '{part.Name}'; each part counts once.");
                }
            }
        }

        try
        {
            return ScalerState.Combine(states);
        }
        catch (ArgumentException)
        {
            throw Explained(paths, states);
        }
    }

    /// <summary>Names the first file that does not go with those before it.</summary>
    private static InvalidDataException Explained(IReadOnlyList<string> paths, ScalerState[] states)
    {
        int count = 2;
        while (true)
        {
            try
            {
                _ = ScalerState.Combine(states[..count]);
                count++;
            }
            catch (ArgumentException e)
            {
                return new InvalidDataException($"'{paths[count - 1]}' does not go with the states before it: {OneLine.Of(e)}", e);
            }
        }
    }

    private static ScalerState Load(string path) => InputFile.Read(path, ScalerState.Load, ScalerState.Read);
}
