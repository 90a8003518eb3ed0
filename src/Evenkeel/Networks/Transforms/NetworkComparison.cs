using System.Numerics.Tensors;
using Evenkeel.Layers;
using Evenkeel.Normalization;

namespace Evenkeel.Networks;

/// <summary>How far the outputs of two networks are apart in inference, and in which layer that begins.</summary>
/// <remarks>
/// <para>
/// The networks are two forms of one, as a rule: a network and its folded, converted or recalibrated form. Layers are paired by their
/// outputs and their order, since paths may differ, up to a tolerance relative to the largest output of the layer. Images with the channels
/// first and with the channels last are equal.
/// </para>
/// <para>
/// A layer without a partner need not differ: a convolution in front of a normalization has no partner in the folded network. It is passed
/// over if all paths from it to the output lead through layers that agree.
/// </para>
/// <para>
/// Two NaN are equal, and so are two infinities of one sign; a value that is NaN or infinite is infinitely far from any other.
/// </para>
/// <para>The outputs of all layers of both networks are kept during the comparison: give it few samples.</para>
/// </remarks>
public sealed class NetworkComparison
{
    private NetworkComparison(RecordedPass pass, RecordedPass other, double tolerance)
    {
        RecordedOutput?[] partners = LayerAlignment.Align(pass.Layers, other.Layers, tolerance);
        Tolerance = tolerance;
        LargestDifference = pass.Output.LargestDifference(other.Output)!.Value;
        LargestOutput = pass.Output.Largest;
        Layers = [.. pass.Layers.Zip(partners, (layer, partner) =>
            new LayerAgreement(layer.Path, layer.Layer, partner?.Path, partner?.Layer))];
        FirstDifference = IsWithinTolerance ? null : FindFirst(pass, other);
    }

    /// <summary>The largest |difference| of outputs that counts as equal, relative to the largest |output|.</summary>
    public double Tolerance { get; }

    /// <summary>The largest |difference| of two outputs of the networks.</summary>
    public double LargestDifference { get; }

    /// <summary>The largest finite |output| of the network.</summary>
    public double LargestOutput { get; }

    /// <summary>True if the outputs of the networks agree.</summary>
    public bool IsWithinTolerance => LargestDifference <= Tolerance * LargestOutput;

    /// <summary>The layers of the network that have none inside, in the order in which they ran, each with its partner.</summary>
    public IReadOnlyList<LayerAgreement> Layers { get; }

    /// <summary>
    /// Where the difference of the outputs begins; null if they agree, or if all layers agree, so that it begins where their outputs are
    /// added.
    /// </summary>
    public LayerDifference? FirstDifference { get; }

    /// <summary>Compares two networks.</summary>
    /// <param name="network">A network, or a layer.</param>
    /// <param name="other">Another, such as the folded one. They may have layers in common.</param>
    /// <param name="inputs">The input of both, with few samples.</param>
    /// <param name="tolerance">The largest difference that counts as equal, relative to the largest output; at least 0.</param>
    /// <returns>The comparison.</returns>
    /// <exception cref="ArgumentException">The input does not fit one of the networks.</exception>
    /// <exception cref="ArgumentException">The input is empty.</exception>
    /// <exception cref="ArgumentException">The input is not dense.</exception>
    /// <exception cref="ArgumentException">The outputs have different shapes.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The tolerance is negative, infinite or NaN.</exception>
    /// <exception cref="InvalidOperationException">Another thread uses one of the networks.</exception>
    public static NetworkComparison Of(Layer network, Layer other, Tensor<float> inputs, double tolerance)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(other);
        Shape.CheckInput(inputs, nameof(inputs));
        if (!double.IsFinite(tolerance) || tolerance < 0)
        {
            throw new ArgumentOutOfRangeException(nameof(tolerance), tolerance, "The tolerance must be a finite number of at least 0.");
        }

        using ThreadGuard.Scope call = network.Enter(), otherCall = other.Enter();
        RecordedPass pass = new(network, inputs), otherPass = new(other, inputs);
        return pass.Output.Lengths.SequenceEqual(otherPass.Output.Lengths)
            ? new NetworkComparison(pass, otherPass, tolerance)
            : throw new ArgumentException(Folding.DescribeOutputs(pass.Output.Lengths, otherPass.Output.Lengths), nameof(other));
    }

    private LayerDifference? FindFirst(RecordedPass pass, RecordedPass other)
    {
        Dictionary<Layer, LayerAgreement> pairs = Layers.Where(pair => pair.Agrees).ToDictionary(pair => pair.Layer);
        Dictionary<Layer, LayerAgreement> otherPairs = pairs.Values.ToDictionary(pair => pair.OtherLayer!);
        List<RecordedOutput> apart = Apart(pass, pairs.Keys), otherApart = Apart(other, otherPairs.Keys);

        // The sources of the first ran before it, and so agree.
        if (apart is not [var first, ..])
        {
            return otherApart is [var added, ..]
                ? new LayerDifference(PairsOf(other.Flow.SourcesOf(added.Layer), otherPairs), [], Named([added]), null, added.Largest)
                : null;
        }

        IReadOnlyList<LayerAgreement> sources = PairsOf(pass.Flow.SourcesOf(first.Layer), pairs);
        Layer?[] otherSources = [.. sources.Select(pair => pair.OtherLayer)];
        RecordedOutput? counterpart = otherApart
            .Where(layer => layer.Layer.GetType() == first.Layer.GetType() && layer.Count == first.Count)
            .OrderByDescending(layer => other.Flow.SourcesOf(layer.Layer).SequenceEqual(otherSources))
            .ThenByDescending(layer => layer.Path == first.Path)
            .FirstOrDefault();
        if (counterpart is null)
        {
            return new LayerDifference(sources, Named([first]), [], null, first.Largest);
        }

        HashSet<Layer> leading = other.Flow.LeadingTo(counterpart.Layer, otherApart.Select(layer => layer.Layer).ToHashSet());
        List<RecordedOutput> layers = [first], others = [.. otherApart.Where(layer => leading.Contains(layer.Layer))];
        RecordedOutput[] normalizations = NormalizationsAfter(first, apart, pass.Flow);
        RecordedOutput[] otherNormalizations = NormalizationsAfter(counterpart, otherApart, other.Flow);
        layers.AddRange(normalizations.Take(normalizations.Length - otherNormalizations.Length));
        others.AddRange(otherNormalizations.Take(otherNormalizations.Length - normalizations.Length));
        return new LayerDifference(
            sources, Named(layers), Named(others), layers[^1].LargestDifference(others[^1]), layers[^1].Largest);
    }

    /// <summary>Returns the layers that contribute to the output without passing through one that agrees.</summary>
    private static List<RecordedOutput> Apart(RecordedPass pass, IEnumerable<Layer> agreeing)
    {
        HashSet<Layer> uncovered = pass.Flow.Uncovered(agreeing.ToHashSet());
        return [.. pass.Layers.Where(layer => uncovered.Contains(layer.Layer))];
    }

    /// <summary>Returns the normalizations after a layer, which folding takes into it.</summary>
    private static RecordedOutput[] NormalizationsAfter(RecordedOutput layer, List<RecordedOutput> layers, LayerFlow flow)
    {
        var normalizations = new List<RecordedOutput>();
        for (RecordedOutput? last = layer; last is not null;)
        {
            Layer before = last.Layer;
            last = layers.Find(next => next.Layer is SetNormalization && flow.SourcesOf(next.Layer) is [var source] && source == before);
            normalizations.AddRange(last is null ? [] : [last]);
        }

        return [.. normalizations];
    }

    private static LayerAgreement[] PairsOf(IEnumerable<Layer> layers, Dictionary<Layer, LayerAgreement> pairs) =>
        [.. layers.Select(layer => pairs.GetValueOrDefault(layer)).OfType<LayerAgreement>()];

    private static (string Path, Layer Layer)[] Named(IEnumerable<RecordedOutput> layers) =>
        [.. layers.Select(layer => (layer.Path, layer.Layer))];
}
