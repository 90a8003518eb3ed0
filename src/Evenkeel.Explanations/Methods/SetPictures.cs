using Evenkeel.Explanations.Graphs;

namespace Evenkeel.Explanations.Methods;

/// <summary>Which elements share statistics, in batch, layer, instance and group normalization.</summary>
internal static class SetPictures
{
    /// <summary>The pictures for an input, that of one method first.</summary>
    public static IReadOnlyList<SetPicture> For(ExplanationInput input, string method)
    {
        int[] shape = input.Shape;
        int groups = shape[1] % input.Groups == 0 ? input.Groups : 1;
        (string Method, ElementLayout Layout)[] layouts =
        [
            ("batch", ElementLayout.PerChannel(shape)),
            ("layer", ElementLayout.PerSample(shape)),
            ("instance", ElementLayout.PerGroup(shape, shape[1])),
            ("group", ElementLayout.PerGroup(shape, groups)),
        ];
        return
        [
            .. layouts.OrderBy(entry => entry.Method == method ? 0 : 1)
                .Select(entry => new SetPicture(entry.Method, shape, entry.Layout.SetOf)),
        ];
    }
}
