using System.CommandLine;
using System.Numerics.Tensors;
using Evenkeel.Cli.Rendering;
using Evenkeel.Cli.Shell;
using Evenkeel.Layers;
using Evenkeel.Networks;
using Evenkeel.Normalization;
using static System.FormattableString;

namespace Evenkeel.Cli.Commands.Model;

/// <summary>The options that put folded normalizations back.</summary>
internal sealed class SourceOptions
{
    private readonly Option<string?> _source = SharedOptions.File(
        "--source",
        "Samples of the kind that the network was trained on, without labels: they put normalizations back behind the convolutions that "
        + "hold them folded, which changes no output.",
        helpName: "PATH");

    private readonly Option<bool> _linear = new("--linear-layers")
    {
        Description = "Put normalizations back behind hidden linear layers too, as in multilayer perceptrons.",
    };

    /// <summary>The options, for a group of the help.</summary>
    public Option[] All => [_source, _linear];

    /// <summary>The path of the samples; null if it is not given.</summary>
    public string? Path(ParseResult parsed) => parsed.GetValue(_source);

    /// <summary>Refuses <c>--linear-layers</c> without <c>--source</c>.</summary>
    /// <exception cref="UsageException">It is given alone.</exception>
    public void Check(ParseResult parsed)
    {
        if (parsed.GetValue(_linear) && Path(parsed) is null)
        {
            throw new UsageException($"{_linear.Name} tells where {_source.Name} puts normalizations back; give {_source.Name}, too.");
        }
    }

    /// <summary>Puts normalizations back if <c>--source</c> is given, and prints what was done.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="document">The model.</param>
    /// <param name="draw">Draws samples from a path.</param>
    /// <param name="results">Receives the lines.</param>
    /// <param name="cancellationToken">Stops the work.</param>
    /// <returns>The network to go on with.</returns>
    /// <exception cref="UsageException">There is no normalization by running statistics, and none can be put back.</exception>
    /// <exception cref="InvalidDataException">The samples do not fit the network, or give no statistics.</exception>
    public Layer Unfold(
        ParseResult parsed,
        ModelDocument document,
        Func<string, IReadOnlyCollection<Tensor<float>>> draw,
        TextWriter results,
        CancellationToken cancellationToken)
    {
        Layer network = document.Model.Network;
        if (Path(parsed) is not { } source)
        {
            return HasStatistics(network) ? network : throw new UsageException(
                $"'{document.Path}' has no normalization by running statistics: where its exporter has folded them, new statistics cannot "
                + "help. --source, with samples of the kind that the network was trained on, puts them back first.");
        }

        IReadOnlyCollection<Tensor<float>> batches = draw(source);
        var options = new UnfoldingOptions { LinearLayers = parsed.GetValue(_linear) };
        Layer unfolded;
        IReadOnlyList<UnfoldingEntry> report;
        try
        {
            unfolded = Unfolding.Unfold(network, batches, out report, options, cancellationToken);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException($"'{source}': {OneLine.Of(e)}", e);
        }

        if (!report.Any(entry => entry.IsUnfolded) && HasStatistics(network))
        {
            results.WriteLine("Nothing to put back: the normalizations are not folded.");
            return network;
        }

        foreach (UnfoldingEntry entry in report)
        {
            results.WriteLine(OneLine.Of(entry.ToString()));
        }

        if (!HasStatistics(unfolded))
        {
            throw new UsageException(
                $"'{document.Path}' has no layer that a folded normalization can be in"
                + (options.LinearLayers ? "." : "; --linear-layers takes hidden linear layers too."));
        }

        (double difference, double largest) = Folding.Compare(network, unfolded, batches.First());
        results.WriteLine(
            Invariant($"Put back: {ScaleRendering.Counted(report.Count(entry => entry.IsUnfolded), "normalization")}, from ")
            + Invariant($"{ScaleRendering.Counted(batches.Sum(batch => batch.Lengths[0]), "sample")} of '{OneLine.Of(source)}'; outputs ")
            + Invariant($"differ by up to {difference:G3}, among up to {largest:G3}."));
        results.WriteLine();
        return unfolded;
    }

    private static bool HasStatistics(Layer network) =>
        network.NamedLayers().Any(named => named.Layer is RunningNormalization { RunningStatistics: not null });
}
