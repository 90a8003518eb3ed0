using System.Globalization;
using Evenkeel.Formats;
using Evenkeel.Layers;
using Evenkeel.Normalization;

namespace Evenkeel.Models;

/// <summary>The normalizers.</summary>
internal static class NormalizationKinds
{
    /// <summary>The largest window of cross-iteration normalization in files: each iteration takes the memory of the weights.</summary>
    private const int MaximumWindow = 1000;

    private const string Affine = "affine";
    private const string Bias = "bias";
    private const string Channels = "channels";
    private const string ChannelAxis = "channel_axis";
    private const string Epsilon = "epsilon";

    /// <summary>The settings that training may change.</summary>
    public static readonly string[] Freezing = ["source", "update", "frozen"];

    /// <summary>The kinds.</summary>
    public static readonly LayerKind[] All =
    [
        LayerKind.Of<BatchNorm>("batch_norm", WriteRunning, static reader => Read(reader, (channels, options) =>
            new BatchNorm(channels, options))),
        LayerKind.Of<AccumulatedBatchNorm>("accumulated_batch_norm", WriteRunning, static reader => Read(reader, (channels, options) =>
            new AccumulatedBatchNorm(channels, options))),
        LayerKind.Of<GhostBatchNorm>("ghost_batch_norm", WriteGhost, ReadGhost),
        LayerKind.Of<CrossIterationBatchNorm>("cross_iteration_batch_norm", WriteCrossIteration, ReadCrossIteration),
        LayerKind.Of<BatchRenorm>("batch_renorm", WriteRenorm, ReadRenorm),
        LayerKind.Of<InstanceNorm>("instance_norm", WriteRunning, static reader => Read(reader, (channels, options) =>
            new InstanceNorm(channels, new InstanceNormOptions
            {
                Epsilon = options.Epsilon,
                Affine = options.Affine,
                Bias = options.Bias,
                RunningAverage = options.RunningAverage,
                RunningVariance = options.RunningVariance,
                NonFiniteBatches = options.NonFiniteBatches,
                ChannelAxis = options.ChannelAxis,
            }))),
        LayerKind.Of<GroupNorm>("group_norm", WriteGroup, ReadGroup),
        LayerKind.Of<LayerNorm>("layer_norm", WriteRow, static reader => ReadRow(reader, hasBias: true, (shape, epsilon, weight, bias) =>
            new LayerNorm(shape, new LayerNormOptions { Epsilon = epsilon, Weight = weight, Bias = bias }))),
        LayerKind.Of<RmsNorm>("rms_norm", WriteRow, static reader => ReadRow(reader, hasBias: false, (shape, epsilon, weight, _) =>
            new RmsNorm(shape, new RmsNormOptions { Epsilon = epsilon, Weight = weight }))),
    ];

    private static void WriteRunning(LayerWriter writer, RunningNormalization layer)
    {
        WriteChannels(writer, layer);
        RunningMoments? statistics = layer.RunningStatistics;
        if (statistics is null)
        {
            writer.Json.WriteNull("running_statistics");
        }
        else
        {
            writer.Json.WriteStartObject("running_statistics");
            WriteNumberOrNull(writer, "new_weight", statistics.RunningAverage.NewWeight);
            writer.Json.WriteString("variance", JsonNames.Of(statistics.Estimator));
            writer.Json.WriteString("non_finite_batches", JsonNames.Of(statistics.NonFinitePolicy));
            writer.Json.WriteEndObject();
        }

        (StatisticsSource source, StatisticsUpdate update) = layer.BeforeFreezing ?? (layer.Source, layer.Update);
        writer.Json.WriteString("source", JsonNames.Of(source));
        writer.Json.WriteString("update", JsonNames.Of(update));
        writer.Json.WriteBoolean("frozen", layer.BeforeFreezing is not null);
    }

    private static T Read<T>(LayerReader reader, Func<int, BatchNormOptions, T> create)
        where T : RunningNormalization
    {
        int channels = reader.Size(Channels);
        return Restore(reader, create(channels, ReadOptions(reader, channels)));
    }

    private static BatchNormOptions ReadOptions(LayerReader reader, int channels)
    {
        JsonFields fields = reader.Fields;
        var options = new BatchNormOptions
        {
            Epsilon = fields.Number(Epsilon),
            Affine = ReadAffine(reader, channels),
            Bias = fields.OptionalFlag(Bias, true),
            ChannelAxis = PlainKinds.Axis(fields),
        };
        if (fields.ObjectOrNull("running_statistics") is not { } running)
        {
            return options with { RunningAverage = null };
        }

        reader.Expect("running_mean", channels);
        options = options with
        {
            RunningAverage = running.Make(static running => Average(running.NumberOrNull("new_weight"))),
            RunningVariance = running.Choice<VarianceEstimator>("variance"),
            NonFiniteBatches = running.Choice<NonFinitePolicy>("non_finite_batches"),
        };
        running.End();
        return options;
    }

    private static T Restore<T>(LayerReader reader, T layer)
        where T : RunningNormalization
    {
        var source = reader.Fields.Choice<StatisticsSource>("source");
        if (source == StatisticsSource.Running && layer.RunningStatistics is null)
        {
            throw reader.Fields.Error("source", "is \"running\", but there are no running statistics");
        }

        layer.Source = source;
        layer.Update = reader.Fields.Choice<StatisticsUpdate>("update");
        if (reader.Fields.Flag("frozen"))
        {
            if (layer.RunningStatistics is null)
            {
                throw reader.Fields.Error("frozen", "is true, but there are no running statistics");
            }

            layer.Freeze();
        }

        return layer;
    }

    private static void WriteGhost(LayerWriter writer, GhostBatchNorm layer)
    {
        writer.Json.WriteNumber("chunk_size", layer.ChunkSize);
        WriteRunning(writer, layer);
    }

    private static GhostBatchNorm ReadGhost(LayerReader reader)
    {
        int chunkSize = reader.Size("chunk_size");
        return Read(reader, (channels, options) => new GhostBatchNorm(chunkSize, channels, options));
    }

    private static void WriteCrossIteration(LayerWriter writer, CrossIterationBatchNorm layer)
    {
        string path = (layer.Preceding is Layer preceding ? writer.PathOf(preceding) : null) ?? throw new NotSupportedException(
            $"The {nameof(CrossIterationBatchNorm)} at '{writer.PathOf(layer)}' corrects for a layer outside the network.");
        if (layer.Options.Window > MaximumWindow)
        {
            throw new NotSupportedException(string.Create(
                CultureInfo.InvariantCulture,
                $"The window at '{writer.PathOf(layer)}' has {layer.Options.Window} iterations; files hold at most {MaximumWindow}."));
        }

        writer.Json.WriteString("preceding", path);
        writer.Json.WriteNumber("window", layer.Options.Window);
        writer.Json.WriteNumber("burn_in", layer.Options.BurnIn);
        writer.Json.WriteString("rule", JsonNames.Of(layer.Options.Rule));
        writer.Json.WriteBoolean("epsilon_outside", layer.Options.EpsilonOutside);
        WriteRunning(writer, layer);
    }

    private static CrossIterationBatchNorm ReadCrossIteration(LayerReader reader)
    {
        string path = reader.Fields.Text("preceding");
        if (reader.At(path) is not IChannelwiseLinear preceding)
        {
            throw reader.Fields.Error("preceding", $"is \"{path}\", which is neither a linear layer nor a convolution");
        }

        var options = new CrossIterationOptions
        {
            Window = reader.Fields.Integer("window", MaximumWindow),
            BurnIn = reader.Fields.Long("burn_in"),
            Rule = reader.Fields.Choice<CrossIterationRule>("rule"),
            EpsilonOutside = reader.Fields.Flag("epsilon_outside"),
        };
        return Read(reader, (channels, batchNorm) => channels == preceding.Outputs
            ? new CrossIterationBatchNorm(preceding, options with { BatchNorm = batchNorm })
            : throw reader.Fields.Error(Channels, $"is not the number of outputs of the layer at '{path}'"));
    }

    private static void WriteRenorm(LayerWriter writer, BatchRenorm layer)
    {
        if (layer.Schedule.Ends is not var (rMax, dMax))
        {
            throw new NotSupportedException(
                $"The {nameof(BatchRenorm)} at '{writer.PathOf(layer)}' has a schedule that is a function, which cannot be described: "
                + $"use {nameof(RenormSchedule)}.{nameof(RenormSchedule.Constant)} or {nameof(RenormSchedule.Linear)}.");
        }

        writer.Json.WriteStartObject("schedule");
        WriteNumberOrNull(writer, "r_max", rMax);
        WriteNumberOrNull(writer, "d_max", dMax);
        if (layer.Schedule.Steps is var (warmUp, rMaxAt, dMaxAt))
        {
            writer.Json.WriteNumber("warm_up", warmUp);
            writer.Json.WriteNumber("r_max_at", rMaxAt);
            writer.Json.WriteNumber("d_max_at", dMaxAt);
        }

        writer.Json.WriteEndObject();
        WriteRunning(writer, layer);
    }

    private static BatchRenorm ReadRenorm(LayerReader reader)
    {
        JsonFields fields = reader.Fields.Object("schedule");
        double rMax = fields.NumberOrNull("r_max") ?? double.PositiveInfinity;
        double dMax = fields.NumberOrNull("d_max") ?? double.PositiveInfinity;
        RenormSchedule schedule = fields.Make(fields => fields.Has("warm_up")
            ? RenormSchedule.Linear(fields.Long("warm_up"), rMax, fields.Long("r_max_at"), dMax, fields.Long("d_max_at"))
            : RenormSchedule.Constant(rMax, dMax));
        fields.End();
        return Read(reader, (channels, options) => new BatchRenorm(channels, new BatchRenormOptions
        {
            Epsilon = options.Epsilon,
            Affine = options.Affine,
            Bias = options.Bias,
            RunningAverage = options.RunningAverage ?? throw reader.Fields.Error("running_statistics", "is null"),
            NonFiniteBatches = options.NonFiniteBatches,
            ChannelAxis = options.ChannelAxis,
            Schedule = schedule,
        }));
    }

    private static void WriteGroup(LayerWriter writer, GroupNorm layer)
    {
        writer.Json.WriteNumber("groups", layer.Groups);
        WriteChannels(writer, layer);
    }

    private static GroupNorm ReadGroup(LayerReader reader)
    {
        int groups = reader.Size("groups"), channels = reader.Size(Channels);
        return new GroupNorm(groups, channels, new GroupNormOptions
        {
            Epsilon = reader.Fields.Number(Epsilon),
            Affine = ReadAffine(reader, channels),
            Bias = reader.Fields.OptionalFlag(Bias, true),
            ChannelAxis = PlainKinds.Axis(reader.Fields),
        });
    }

    private static void WriteRow(LayerWriter writer, RowNormalization layer)
    {
        writer.Json.WriteStartArray("shape");
        foreach (nint length in layer.NormalizedShape)
        {
            writer.Json.WriteNumberValue(length);
        }

        writer.Json.WriteEndArray();
        writer.Json.WriteNumber(Epsilon, layer.Epsilon);
        writer.Json.WriteBoolean("weight", layer.Weight is not null);
        if (layer is LayerNorm)
        {
            writer.Json.WriteBoolean(Bias, layer.Bias is not null);
        }
    }

    private static T ReadRow<T>(LayerReader reader, bool hasBias, Func<int[], double, bool, bool, T> create)
    {
        int[] shape = reader.Fields.Integers("shape", int.MaxValue);
        nint[] lengths = [.. shape.Select(length => (nint)length)];
        double epsilon = reader.Fields.Number(Epsilon);
        bool weight = reader.Fields.Flag("weight"), bias = hasBias && reader.Fields.Flag("bias");
        if (weight || bias)
        {
            reader.Expect(weight ? "weight" : "bias", lengths);
        }
        else
        {
            reader.ExpectSmall(shape.Aggregate(1L, static (size, length) => Math.Min(size * length, int.MaxValue)));
        }

        return create(shape, epsilon, weight, bias);
    }

    private static void WriteChannels(LayerWriter writer, ChannelNormalization layer)
    {
        writer.Json.WriteNumber(Channels, layer.Channels);
        writer.Json.WriteNumber(Epsilon, layer.Epsilon);
        writer.Json.WriteBoolean(Affine, layer.Weight is not null);
        writer.Json.WriteBoolean(Bias, layer.Bias is not null);
        writer.Json.WriteNumber(ChannelAxis, layer.ChannelAxis);
    }

    private static bool ReadAffine(LayerReader reader, int channels)
    {
        bool affine = reader.Fields.Flag(Affine);
        if (affine)
        {
            reader.Expect("weight", channels);
        }
        else
        {
            reader.ExpectSmall(channels);
        }

        return affine;
    }

    private static RunningAverage Average(double? newWeight) =>
        newWeight is { } weight ? RunningAverage.Exponential(weight) : RunningAverage.Cumulative;

    private static void WriteNumberOrNull(LayerWriter writer, string name, double? value)
    {
        if (value is { } number && double.IsFinite(number))
        {
            writer.Json.WriteNumber(name, number);
        }
        else
        {
            writer.Json.WriteNull(name);
        }
    }
}
