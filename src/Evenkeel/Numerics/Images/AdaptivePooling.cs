using System.Numerics.Tensors;
using Evenkeel.Numerics.Buffers;

namespace Evenkeel.Numerics.Images;

/// <summary>The means of windows that divide an image into about equal parts: window i covers ⌊i·H/h⌋ to ⌈(i + 1)·H/h⌉ − 1.</summary>
/// <remarks>Images are [planes, rows, columns, depth]. Windows overlap where H is no multiple of h.</remarks>
internal static class AdaptivePooling
{
    /// <summary>The windows along an axis.</summary>
    /// <param name="Inputs">The number of elements.</param>
    /// <param name="Outputs">The number of windows.</param>
    internal readonly record struct Axis(int Inputs, int Outputs)
    {
        /// <summary>Returns the elements of a window.</summary>
        public (int Start, int End) Window(int output) =>
            ((int)((long)output * Inputs / Outputs), (int)(((output + 1L) * Inputs - 1) / Outputs) + 1);
    }

    /// <summary>Computes the mean of each window.</summary>
    public static void Forward(ReadOnlySpan<float> x, int planes, Axis rows, Axis columns, int depth, Span<float> y)
    {
        SpanChecks.Length(x, planes * rows.Inputs * columns.Inputs * depth);
        SpanChecks.Length<float>(y, planes * rows.Outputs * columns.Outputs * depth);
        int offset = 0;
        for (int plane = 0; plane < planes; plane++)
        {
            for (int row = 0; row < rows.Outputs; row++)
            {
                for (int column = 0; column < columns.Outputs; column++, offset += depth)
                {
                    Span<float> mean = y.Slice(offset, depth);
                    mean.Clear();
                    var elements = new Elements(plane, rows, columns, row, column);
                    foreach (int element in elements)
                    {
                        TensorPrimitives.Add(mean, x.Slice(element * depth, depth), mean);
                    }

                    TensorPrimitives.Multiply(mean, elements.Scale, mean);
                }
            }
        }
    }

    /// <summary>Computes dx: the gradient of each window, divided equally among its elements.</summary>
    public static void Backward(ReadOnlySpan<float> dy, int planes, Axis rows, Axis columns, int depth, Span<float> dx)
    {
        SpanChecks.Length(dy, planes * rows.Outputs * columns.Outputs * depth);
        SpanChecks.Length<float>(dx, planes * rows.Inputs * columns.Inputs * depth);
        dx.Clear();
        int offset = 0;
        for (int plane = 0; plane < planes; plane++)
        {
            for (int row = 0; row < rows.Outputs; row++)
            {
                for (int column = 0; column < columns.Outputs; column++, offset += depth)
                {
                    ReadOnlySpan<float> gradient = dy.Slice(offset, depth);
                    var elements = new Elements(plane, rows, columns, row, column);
                    foreach (int element in elements)
                    {
                        Span<float> sum = dx.Slice(element * depth, depth);
                        TensorPrimitives.MultiplyAdd(gradient, elements.Scale, sum, sum);
                    }
                }
            }
        }
    }

    /// <summary>The numbers of a window's elements, row by row.</summary>
    private ref struct Elements
    {
        private readonly int _left;
        private readonly int _right;
        private readonly int _bottom;
        private readonly int _width;
        private int _row;
        private int _column;

        public Elements(int plane, Axis rows, Axis columns, int row, int column)
        {
            (_row, _bottom) = rows.Window(row);
            (_left, _right) = columns.Window(column);
            Scale = 1f / ((long)(_bottom - _row) * (_right - _left));
            _width = columns.Inputs;
            _row += plane * rows.Inputs;
            _bottom += plane * rows.Inputs;
            _column = _left - 1;
        }

        /// <summary>1 over the number of elements.</summary>
        public float Scale { get; }

        public readonly int Current => _row * _width + _column;

        public readonly Elements GetEnumerator() => this;

        public bool MoveNext()
        {
            if (++_column == _right)
            {
                _column = _left;
                _row++;
            }

            return _row < _bottom;
        }
    }
}
