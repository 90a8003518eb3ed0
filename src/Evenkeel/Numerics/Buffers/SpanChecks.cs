using System.Globalization;
using System.Runtime.CompilerServices;

namespace Evenkeel.Numerics.Buffers;

/// <summary>Checks of the spans that are passed to a kernel.</summary>
internal static class SpanChecks
{
    /// <summary>Throws if a span does not have the length that the shape requires.</summary>
    public static void Length<T>(ReadOnlySpan<T> span, int expected, [CallerArgumentExpression(nameof(span))] string? name = null)
    {
        if (span.Length != expected)
        {
            throw new ArgumentException(
                string.Create(CultureInfo.InvariantCulture, $"Has {span.Length} elements; the shape asks for {expected}."), name);
        }
    }
}
