namespace Evenkeel.Networks;

/// <summary>Pairs layers of two networks that have equal outputs.</summary>
internal static class LayerAlignment
{
    private const int SameType = 2;
    private const int SamePath = 1;

    /// <summary>
    /// Finds as many pairs as possible that are in the same order in both networks, where there is a choice of one type and one path, and
    /// then those in another order, since branches may run in any.
    /// </summary>
    /// <param name="layers">The outputs of one network's layers, in the order in which they ran.</param>
    /// <param name="others">Those of the other's.</param>
    /// <param name="tolerance">The largest difference of equal values, relative to the largest value of a layer.</param>
    /// <returns>For each layer its partner; null where it has none.</returns>
    public static RecordedOutput?[] Align(
        IReadOnlyList<RecordedOutput> layers, IReadOnlyList<RecordedOutput> others, double tolerance)
    {
        // A pair counts more than all choices among layers together.
        int pair = (SameType + SamePath) * Math.Min(layers.Count, others.Count) + 1;
        var scores = new int[layers.Count, others.Count];
        for (int i = 0; i < layers.Count; i++)
        {
            for (int j = 0; j < others.Count; j++)
            {
                scores[i, j] = layers[i].Agrees(others[j], tolerance) ? pair + Likeness(layers[i], others[j]) : 0;
            }
        }

        var partners = new RecordedOutput?[layers.Count];
        var free = new HashSet<int>(Enumerable.Range(0, others.Count));
        foreach ((int i, int j) in InOrder(scores))
        {
            partners[i] = others[j];
            free.Remove(j);
        }

        for (int i = 0; i < layers.Count; i++)
        {
            if (partners[i] is null && free.Where(j => scores[i, j] > 0).OrderByDescending(j => scores[i, j]).ToArray() is [var j, ..])
            {
                partners[i] = others[j];
                free.Remove(j);
            }
        }

        return partners;
    }

    /// <summary>Finds the pairs in the order of both that have the highest sum of scores: the longest common subsequence.</summary>
    private static List<(int Layer, int Other)> InOrder(int[,] scores)
    {
        (int layers, int others) = (scores.GetLength(0), scores.GetLength(1));
        var best = new long[layers + 1, others + 1];
        for (int i = layers - 1; i >= 0; i--)
        {
            for (int j = others - 1; j >= 0; j--)
            {
                best[i, j] = Math.Max(Paired(i, j), Math.Max(best[i + 1, j], best[i, j + 1]));
            }
        }

        var pairs = new List<(int, int)>();
        for (int i = 0, j = 0; i < layers && j < others;)
        {
            if (scores[i, j] > 0 && best[i, j] == Paired(i, j))
            {
                pairs.Add((i++, j++));
            }
            else if (best[i, j] == best[i + 1, j])
            {
                i++;
            }
            else
            {
                j++;
            }
        }

        return pairs;

        long Paired(int i, int j) => scores[i, j] == 0 ? 0 : scores[i, j] + best[i + 1, j + 1];
    }

    private static int Likeness(RecordedOutput a, RecordedOutput b) =>
        (a.Layer.GetType() == b.Layer.GetType() ? SameType : 0) + (a.Path == b.Path ? SamePath : 0);
}
