using System.Numerics.Tensors;
using Evenkeel.Layers;

namespace Evenkeel.Tests.Support;

/// <summary>Checks that bad arguments are refused: by which exception, for which parameter, and in which words.</summary>
internal static class Refusals
{
    public static void AssertRefused<TException>(Func<object?> action, string? parameter, params ReadOnlySpan<string> words)
        where TException : ArgumentException
    {
        TException thrown = Assert.Throws<TException>(action);
        Assert.Equal(parameter, thrown.ParamName);
        foreach (string word in words)
        {
            Assert.Contains(word, thrown.Message, StringComparison.Ordinal);
        }
    }

    public static void AssertRefused<TException>(Action action, string? parameter, params ReadOnlySpan<string> words)
        where TException : ArgumentException =>
        AssertRefused<TException>(
            () =>
            {
                action();
                return null;
            },
            parameter,
            words);

    /// <summary>Checks that a layer refuses a training pass on an input of this shape.</summary>
    public static void AssertInputRefused(Layer layer, ReadOnlySpan<nint> lengths, params ReadOnlySpan<string> words) =>
        AssertInputRefused(layer, lengths, Pass.Training, words);

    public static void AssertInputRefused(Layer layer, ReadOnlySpan<nint> lengths, Pass pass, params ReadOnlySpan<string> words)
    {
        Tensor<float> input = Zeros(lengths);
        AssertRefused<ArgumentException>(() => layer.Forward(input, pass), "input", words);
    }

    public static Tensor<float> Zeros(ReadOnlySpan<nint> lengths) => Tensor.CreateFromShape<float>(lengths);

    /// <summary>A matrix whose rows have a gap behind them: part of a wider one.</summary>
    public static Tensor<T> Strided<T>(int rows, int columns) =>
        Tensor.Create(new T[rows * (columns + 1)], 0, [rows, columns], [columns + 1, 1]);
}
