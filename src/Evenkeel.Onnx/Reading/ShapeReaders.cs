using Evenkeel.Layers;
using Evenkeel.Networks;
using static System.FormattableString;

namespace Evenkeel.Onnx.Reading;

/// <summary>Reads operators that change no number: shapes, orders of axes, and what stands for nothing in inference.</summary>
internal static class ShapeReaders
{
    /// <summary>The version from which on Squeeze and Unsqueeze have their axes as an input.</summary>
    public const int OpsetOfAxesAsInput = 13;

    private const int OpsetOfSliceInputs = 10;

    public static OnnxInput Identity(NetworkReader network, NodeReader node, string name) => node.KnownInputs is [{ } input]
        ? input is NetworkValue x ? network.Add(name, new Identity(), x) : input
        : throw new NodeException("it has no single input");

    public static OnnxInput Dropout(NetworkReader network, NodeReader node, string name)
    {
        node.Ignore("ratio", "seed", "is_test");
        return node.OptionalConstant(2, "training mode") is { Integers: [not 0] }
            ? throw new NodeException("it drops elements in inference too")
            : network.Add(name, new Identity(), node.X);
    }

    public static OnnxInput Cast(NetworkReader network, NodeReader node, string name)
    {
        long to = node.Integer("to", 0);
        node.Ignore("saturate");
        if (to is TensorTypes.Int64 or TensorTypes.Int32 && node.Inputs is [NetworkValue { IsFactors: false } codes, ..])
        {
            return codes with { IsCodes = true };
        }

        if (node.IsTensor(0) && to != TensorTypes.Float)
        {
            throw new NodeException(to == TensorTypes.Double
                ? "it casts to double precision, as scalers in front of networks do; networks of single precision without scalers are read"
                : Invariant($"it casts to ONNX's type {to}; networks of single precision are read"));
        }

        return (node.Input(0), to) switch
        {
            (NetworkValue x, TensorTypes.Float) => network.Add(name, new Identity(), x),
            (ShapeValue shape, TensorTypes.Int64 or TensorTypes.Int32) => shape,
            (ConstantValue { Tensor.Integers: not null } constant, TensorTypes.Int64 or TensorTypes.Int32) => constant,
            (ConstantValue { Tensor.Floats: not null } constant, TensorTypes.Float) => constant,
            _ => throw new NodeException(Invariant($"it casts constants or lengths of a shape to ONNX's type {to}, which is not read")),
        };
    }

    public static OnnxInput Flatten(NetworkReader network, NodeReader node, string name)
    {
        NetworkValue x = node.X;
        long axis = node.Integer("axis", 1);
        axis = axis < 0 ? axis + x.Rank : axis;
        return axis == 1
            ? network.Add(name, new Flatten(), x)
            : throw new NodeException(Invariant($"its axis is {axis}; samples are rows with axis 1 only"));
    }

    public static OnnxInput Transpose(NetworkReader network, NodeReader node, string name)
    {
        int[]? given = node.Integers("perm");
        if (node.IsTensor(0) && given is null or [not 0, ..])
        {
            string change = given is null ? "reverses the order of the axes" : $"puts the axes in the order ({string.Join(", ", given)})";
            throw new NodeException($"it {change}, which moves the samples' axis");
        }

        NetworkValue x = node.X;
        return given!.Length == x.Rank
            ? network.Add(name, new Permute(given), x)
            : throw new NodeException($"its order of axes is ({string.Join(", ", given)}) for {x.Shape}");
    }

    public static OnnxInput Reshape(NetworkReader network, NodeReader node, string name)
    {
        NetworkValue x = node.X;
        bool zeroIsZero = node.Integer("allowzero", 0) != 0;
        nint[] sample = Resolve(x, LengthsOf(node.Input(1)), zeroIsZero);
        return sample.AsSpan().SequenceEqual(x.Sample) ? network.Add(name, new Identity(), x)
            : sample.Length == 1 ? network.Add(name, new Flatten(), x)
            : OrderOf(x.Sample, sample) is { } order ? network.Add(name, new Permute(order), x)
            : x.Rank == 2 && sample.Count(length => length != 1) <= 1 ? x with { Sample = sample, IsFactors = true }
            : throw new NodeException($"it makes samples of [{string.Join(", ", sample)}] of {x.Shape}; only rows can be made");
    }

    /// <summary>The order of axes that a reshape gives which moves axes of length 1 only; null if it does more.</summary>
    private static int[]? OrderOf(nint[] from, nint[] to)
    {
        if (from.Length != to.Length || !from.Where(length => length != 1).SequenceEqual(to.Where(length => length != 1)))
        {
            return null;
        }

        ILookup<bool, int> axes = Enumerable.Range(1, from.Length).ToLookup(axis => from[axis - 1] == 1);
        var (ones, others) = (new Queue<int>(axes[true]), new Queue<int>(axes[false]));
        return [0, .. to.Select(length => (length == 1 ? ones : others).Dequeue())];
    }

    public static OnnxInput Squeeze(NetworkReader network, NodeReader node, string name)
    {
        if (node.Input(0) is ShapeValue { Lengths.Length: 1 } shape)
        {
            node.Axes(OpsetOfAxesAsInput);
            return shape with { IsScalar = true };
        }

        NetworkValue x = node.X;
        int[] axes = node.Axes(OpsetOfAxesAsInput) ?? [.. Enumerable.Range(1, x.Rank - 1).Where(axis => x.Sample[axis - 1] == 1)];
        axes = [.. axes.Select(axis => x.Axis(axis))];
        nint[] left = [.. x.Sample.Where((_, i) => !axes.Contains(i + 1))];
        return axes.All(axis => x.Sample[axis - 1] == 1) && left.Length == 1
            ? network.Add(name, new Flatten(), x)
            : throw new NodeException($"it takes axes away from {x.Shape} and leaves [{string.Join(", ", left)}]; only rows can be made");
    }

    public static OnnxInput Unsqueeze(NetworkReader network, NodeReader node, string name) =>
        (node.Input(0), node.Axes(OpsetOfAxesAsInput)) switch
        {
            (ShapeValue { IsScalar: true } shape, [0 or -1]) => shape with { IsScalar = false },
            (ConstantValue { Tensor: { Integers: [_], Lengths.Length: 0 } tensor }, [0 or -1]) =>
                new ConstantValue(tensor with { Lengths = [1] }),
            (NetworkValue { Rank: 2 } x, { } axes) when IsBehindRows(axes) =>
                x with { Sample = [.. x.Sample, .. axes.Select(_ => (nint)1)], IsFactors = true },
            (NetworkValue { IsFactors: true } x, [var axis]) when axis == -1 || axis == x.Rank => x with { Sample = [.. x.Sample, 1] },
            _ => throw new NodeException(
                "it adds axes to a tensor of the network; they can be added behind rows and to lengths of a shape"),
        };

    /// <summary>Whether axes that are added are those behind rows, as factors of channels have them.</summary>
    private static bool IsBehindRows(int[] axes) =>
        axes.Select(axis => axis < 0 ? axis + axes.Length + 2 : axis).Order().SequenceEqual(Enumerable.Range(2, axes.Length));

    public static OnnxInput Shape(NetworkReader network, NodeReader node, string name)
    {
        long?[] lengths = [null, .. node.X.Sample.Select(length => (long?)length)];
        return Range(lengths, node.Integer("start", 0), node.Integer("end", lengths.Length));
    }

    public static OnnxInput Slice(NetworkReader network, NodeReader node, string name)
    {
        if (node.IsTensor(0))
        {
            throw new NodeException("it takes a part of a tensor of the network; only lengths of a shape can be taken");
        }

        bool hasAttributes = node.Opset < OpsetOfSliceInputs;
        if (hasAttributes)
        {
            node.ExpectOneInput();
        }

        long[]? starts = hasAttributes ? node.LongIntegers("starts") : node.Constant(1, "list of starts").AsIntegers();
        long[]? ends = hasAttributes ? node.LongIntegers("ends") : node.Constant(2, "list of ends").AsIntegers();
        long[]? axes = hasAttributes ? node.LongIntegers("axes") : node.OptionalConstant(3, "list of axes")?.AsIntegers();
        long[]? steps = hasAttributes ? null : node.OptionalConstant(4, "list of steps")?.AsIntegers();
        return node.Input(0) is ShapeValue { IsScalar: false } shape
            && starts is [var start] && ends is [var end] && axes is null or [0 or -1] && steps is null or [1]
                ? Range(shape.Lengths, start, end)
                : throw new NodeException("only lengths of a shape that follow each other can be taken");
    }

    /// <summary>The lengths from a position on, up to another; negative ones count from the end.</summary>
    private static ShapeValue Range(long?[] lengths, long start, long end)
    {
        int first = Position(start), last = Position(end);
        return new ShapeValue(first < last ? lengths[first..last] : []);

        int Position(long index) => (int)Math.Clamp(index < 0 ? index + lengths.Length : index, 0, lengths.Length);
    }

    public static OnnxInput Gather(NetworkReader network, NodeReader node, string name)
    {
        bool isTensor = node.IsTensor(0);
        if (node.Inputs is [ConstantValue { Tensor: { Floats: not null, Lengths.Length: 2 } }, NetworkValue { IsCodes: true } codes])
        {
            return EmbeddingReaders.Gather(network, node, name, codes);
        }

        if (isTensor || node.Inputs is [ConstantValue, ..])
        {
            throw new NodeException(
                $"it takes elements of a {(isTensor ? "tensor of the network" : "constant")}; only a length of a shape can be taken");
        }

        node.Expect("axis", 0);
        if (node.KnownInputs is not [ShapeValue { IsScalar: false } shape, ConstantValue { Tensor.Integers: [var index] } position])
        {
            throw new NodeException("only one length of a shape can be taken, at a constant position");
        }

        index = index < 0 ? index + shape.Lengths.Length : index;
        return index >= 0 && index < shape.Lengths.Length
            ? new ShapeValue([shape.Lengths[index]], IsScalar: position.Tensor.Lengths.Length == 0)
            : throw new NodeException(Invariant($"it takes element {index} of a shape of {shape.Lengths.Length}"));
    }

    public static OnnxInput Concat(NetworkReader network, NodeReader node, string name)
    {
        long axis = node.Integer("axis", 1);
        if (node.KnownInputs.Any(input => input is ShapeValue)
            && node.Inputs.All(input => input is ShapeValue { IsScalar: false } or ConstantValue { Tensor.Integers: not null }))
        {
            return new ShapeValue([.. node.Inputs.SelectMany(input => input is ShapeValue shape
                ? shape.Lengths
                : ((ConstantValue)input!).Tensor.Integers!.Select(length => (long?)length))]);
        }

        NetworkValue[] inputs = [.. node.Inputs.Select((_, i) => node.Value(i))];
        if (inputs.Length == 0)
        {
            throw new NodeException("it has no inputs");
        }

        int positive = inputs[0].Axis(axis);
        if (inputs.Length == 1)
        {
            return network.Add(name, new Identity(), inputs[0]);
        }

        inputs = Distinct(network, name, inputs);
        nint[] sample = [.. inputs[0].Sample];
        foreach (NetworkValue input in inputs[1..])
        {
            if (input.Rank != inputs[0].Rank
                || Enumerable.Range(1, input.Rank - 1).Any(i => i != positive && input.Sample[i - 1] != sample[i - 1]))
            {
                throw new NodeException($"it joins {inputs[0].Shape} and {input.Shape} along axis {axis}");
            }

            sample[positive - 1] += input.Sample[positive - 1];
        }

        return network.Combine(name, Combination.Concatenation, positive, sample, inputs);
    }

    /// <summary>Gives an identity's output where a tensor is read a second time, which nodes of a graph do not do.</summary>
    public static NetworkValue[] Distinct(NetworkReader network, string name, NetworkValue[] inputs)
    {
        var seen = new HashSet<string>();
        return [.. inputs.Select(input => seen.Add(input.Node) ? input : network.Add($"{name}.again", new Identity(), input))];
    }

    /// <summary>The lengths that an input is; null for the size of the batch.</summary>
    /// <exception cref="NodeException">They are not known before the network runs.</exception>
    public static long?[] LengthsOf(OnnxInput input) => input switch
    {
        ConstantValue { Tensor.Integers: { } integers } => [.. integers.Select(length => (long?)length)],
        ShapeValue { IsScalar: false } value => value.Lengths,
        _ => throw new NodeException("its shape is not known before it runs"),
    };

    /// <summary>The shape of a sample that a reshape gives.</summary>
    /// <exception cref="NodeException">It does not keep the samples.</exception>
    public static nint[] Resolve(NetworkValue x, long?[] shape, bool zeroIsZero)
    {
        long size = x.Sample.Aggregate(1L, (product, length) => product * length), known = 1;
        int open = -1;
        if (shape.Length == 0)
        {
            throw new NodeException("it gives a number");
        }

        var sample = new nint[shape.Length - 1];
        for (int i = 1; i < shape.Length; i++)
        {
            long length = shape[i] switch
            {
                null => throw new NodeException("it puts the size of the batch behind the first axis"),
                0 when !zeroIsZero && i <= x.Sample.Length => x.Sample[i - 1],
                var given => given.Value,
            };
            if (length == -1 && open < 0)
            {
                open = i;
                continue;
            }

            if (length < 1 || length > size)
            {
                throw new NodeException(Invariant($"it asks for a length of {length} on axis {i}"));
            }

            sample[i - 1] = (nint)length;
            known *= length;
        }

        // The first axis must stay the batch axis: 0 copies it, -1 infers it when the other axes hold a whole sample, and a file exported
        // for a batch of one asks for 1.
        bool keepsSamples = shape[0] is null or 1 || (shape[0] == 0 && !zeroIsZero) || (shape[0] == -1 && open < 0);
        if (!keepsSamples)
        {
            throw new NodeException(Invariant($"it asks for {shape[0]} samples; only files that leave their number open can be read"));
        }

        if (open > 0)
        {
            sample[open - 1] = (nint)(known > 0 && size % known == 0 ? size / known : 0);
            known *= sample[open - 1];
        }

        return known == size
            ? sample
            : throw new NodeException(Invariant($"it makes samples of [{string.Join(", ", sample)}] of {x.Shape}"));
    }
}
