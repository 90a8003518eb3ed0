using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using Evenkeel.Numerics;
using static System.FormattableString;

namespace Evenkeel.Tensors;

/// <summary>A tensor of a network's state, which files save and load: a parameter, running statistics, a counter.</summary>
public abstract class StateTensor : NamedTensor
{
    private protected StateTensor(string name, DataType type, ReadOnlySpan<nint> lengths)
        : base(CheckName(name), type, lengths)
    {
    }

    /// <summary>
    /// Whether it is needed to resume training, but not for inference: it is then saved in checkpoints alone. Default false.
    /// </summary>
    public bool IsTrainingOnly { get; internal init; }

    /// <summary>The least value allowed, all being finite; null for any value.</summary>
    internal double? Minimum { get; init; }

    /// <summary>The greatest value allowed.</summary>
    internal double Maximum { get; init; } = double.MaxValue;

    /// <summary>Makes a tensor part of a layer's state.</summary>
    /// <param name="name">The name within the layer, as PyTorch's buffers have: <c>running_mean</c>.</param>
    /// <param name="tensor">The tensor, dense; loading changes it in place.</param>
    /// <param name="trainingOnly">Whether it is needed to resume training, but not for inference.</param>
    /// <exception cref="ArgumentException">The name is empty, or the tensor is not dense or has no axes.</exception>
    public static StateTensor Of(string name, Tensor<float> tensor, bool trainingOnly = false) =>
        new Elements<float>(name, LengthsOf(tensor), () => tensor) { IsTrainingOnly = trainingOnly };

    /// <inheritdoc cref="Of(string, Tensor{float}, bool)"/>
    public static StateTensor Of(string name, Tensor<double> tensor, bool trainingOnly = false) =>
        new Elements<double>(name, LengthsOf(tensor), () => tensor) { IsTrainingOnly = trainingOnly };

    /// <inheritdoc cref="Of(string, Tensor{float}, bool)"/>
    public static StateTensor Of(string name, Tensor<long> tensor, bool trainingOnly = false) =>
        new Elements<long>(name, LengthsOf(tensor), () => tensor) { IsTrainingOnly = trainingOnly };

    /// <summary>Makes a counter part of a layer's state: a scalar.</summary>
    /// <param name="name">The name within the layer: <c>num_batches_tracked</c>.</param>
    /// <param name="get">Returns the value, which is saved.</param>
    /// <param name="set">Receives the value that is loaded.</param>
    /// <param name="trainingOnly">Whether it is needed to resume training, but not for inference.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public static StateTensor Of(string name, Func<long> get, Action<long> set, bool trainingOnly = false) =>
        new Scalar<long>(name, get, set) { IsTrainingOnly = trainingOnly };

    /// <summary>Makes a counter part of the state, which is not negative.</summary>
    internal static StateTensor OfCounter(string name, Func<long> get, Action<long> set) =>
        new Scalar<long>(name, get, set) { Minimum = 0 };

    /// <summary>Makes a tensor part of the state whose values are finite and at least a minimum.</summary>
    internal static StateTensor OfFinite(string name, Tensor<double> tensor, double minimum) =>
        new Elements<double>(name, LengthsOf(tensor), () => tensor) { Minimum = minimum };

    /// <summary>Makes a counter part of the state that only training needs.</summary>
    internal static StateTensor OfTraining(string name, Func<long> get, Action<long> set, double maximum = double.MaxValue) =>
        new Scalar<long>(name, get, set) { Minimum = 0, Maximum = maximum, IsTrainingOnly = true };

    /// <summary>Makes a number part of the state that only training needs.</summary>
    internal static StateTensor OfTraining(string name, Func<double> get, Action<double> set) =>
        new Scalar<double>(name, get, set) { IsTrainingOnly = true };

    /// <summary>Makes an array part of the state that only training needs; it is created when it is read or loaded.</summary>
    internal static StateTensor OfTraining(string name, nint[] lengths, Func<float[]> values) =>
        new Elements<float>(name, lengths, () => Tensor.Create(values(), lengths)) { IsTrainingOnly = true };

    /// <inheritdoc cref="OfTraining(string, nint[], Func{float[]})"/>
    internal static StateTensor OfTraining(string name, nint[] lengths, Func<double[]> values) =>
        new Elements<double>(name, lengths, () => Tensor.Create(values(), lengths)) { IsTrainingOnly = true };

    /// <summary>Whether this tensor's type holds the values of another.</summary>
    /// <param name="source">The other tensor.</param>
    /// <param name="rounded">Whether the values may be rounded.</param>
    internal bool CanHold(NamedTensor source, bool rounded) =>
        rounded ? ElementConversion.IsPossible(source.Type, Type) : ElementConversion.IsExact(source.Type, Type);

    /// <summary>Returns the reason to reject a tensor's values, phrased to follow its name; null if they are valid.</summary>
    /// <param name="source">A tensor of this one's shape, and of a type that can be converted.</param>
    internal abstract string? FindProblem(NamedTensor source);

    internal sealed override NamedTensor Detached() => Type switch
    {
        DataType.Float32 => Of(Name, Read<float>()),
        DataType.Float64 => Of(Name, Read<double>()),
        _ => Of(Name, Read<long>()),
    };

    /// <summary>Loads the values of a tensor.</summary>
    /// <param name="source">A tensor of this one's shape, and of a type that can be converted.</param>
    internal abstract void Load(NamedTensor source);

    private string? FindProblem<T>(ReadOnlySpan<T> values)
        where T : unmanaged, INumber<T>
    {
        if (Minimum is not { } minimum || values.IsEmpty)
        {
            return null;
        }

        double least = double.CreateTruncating(TensorPrimitives.Min(values));
        double greatest = double.CreateTruncating(TensorPrimitives.Max(values));
        return !TensorPrimitives.IsFiniteAll(values) ? "holds a value that is not finite"
            : least < minimum ? Invariant($"holds {least}; its values must be at least {minimum}")
            : greatest > Maximum ? Invariant($"holds {greatest}; its values must be at most {Maximum}")
            : null;
    }

    private static ReadOnlySpan<nint> LengthsOf<T>(Tensor<T> tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        _ = tensor.Elements(); // throws if it is not dense
        return tensor.Rank > 0
            ? tensor.Lengths
            : throw new ArgumentException("The tensor has no axes, and so no elements in .NET; use shape [1].", nameof(tensor));
    }

    private static string CheckName(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        return name;
    }

    private sealed class Elements<T>(string name, ReadOnlySpan<nint> lengths, Func<Tensor<T>> tensor)
        : StateTensor(name, ElementConversion.TypeOf<T>(), lengths)
        where T : unmanaged, INumber<T>
    {
        internal override string? FindProblem(NamedTensor source)
        {
            if (Minimum is null)
            {
                return null;
            }

            T[] values = new T[ElementCount];
            source.CopyTo(values.AsSpan());
            return FindProblem<T>(values);
        }

        internal override void Load(NamedTensor source) => source.CopyTo(tensor().Elements());

        private protected override Reader Open() => new MemoryReader<T>(tensor());
    }

    private sealed class Scalar<T>(string name, Func<T> get, Action<T> set) : StateTensor(name, ElementConversion.TypeOf<T>(), [])
        where T : unmanaged, INumber<T>
    {
        private readonly Func<T> _get = get ?? throw new ArgumentNullException(nameof(get));
        private readonly Action<T> _set = set ?? throw new ArgumentNullException(nameof(set));

        internal override string? FindProblem(NamedTensor source) => FindProblem<T>([ValueOf(source)]);

        internal override void Load(NamedTensor source) => _set(ValueOf(source));

        private protected override Reader Open() => new MemoryReader<T>(Tensor.Create([_get()]));

        private static T ValueOf(NamedTensor source)
        {
            T value = default;
            source.CopyTo(new Span<T>(ref value));
            return value;
        }
    }

    private sealed class MemoryReader<T>(Tensor<T> tensor) : Reader
        where T : unmanaged
    {
        private int _position;

        public override void Read(Span<byte> bytes) => Next(bytes).CopyTo(bytes);

        public override unsafe ReadOnlySpan<byte> Next(Span<byte> buffer)
        {
            Span<T> elements = tensor.Elements().Slice(_position, buffer.Length / sizeof(T));
            _position += elements.Length;
            return MemoryMarshal.AsBytes(elements);
        }
    }
}
