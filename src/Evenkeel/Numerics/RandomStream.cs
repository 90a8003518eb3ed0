using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics;

/// <summary>
/// A sequence of random numbers with random access: each number depends on the seed, the stream and its position alone, so
/// that any thread can draw any part of the sequence, in any order, on any machine.
/// </summary>
/// <remarks>
/// <para>
/// The numbers are the words of Philox4x32-10, with the seed for its key and the stream for the upper half of its
/// counter. Positions 16g to 16g + 15 are the words of the counters 4g to 4g + 3: word 0 of the four, then word 1 of
/// the four, and so on. Two streams, or two seeds, never share a counter and key.
/// </para>
/// <para>Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011.</para>
/// </remarks>
/// <param name="Seed">Selects one of 2⁶⁴ families of streams.</param>
/// <param name="Stream">Selects one of the 2⁶⁴ streams of the family.</param>
[SuppressMessage("Naming", "CA1711", Justification = "A stream of random numbers is the field's term.")]
public readonly record struct RandomStream(ulong Seed, ulong Stream)
{
    /// <summary>The number of values drawn at once; positions given to <see cref="UInt32Lanes"/> are multiples of it.</summary>
    internal const int Block = 16;

    /// <summary>The first counter that no position reaches; bounded integers are drawn from this one on.</summary>
    private const ulong FirstBoundedCounter = 1UL << 63;

    private const double OneStep = 1.0 / (1UL << 32);

    /// <summary>Draws an integer, uniformly from 0 to 2³² − 1.</summary>
    [SuppressMessage("Naming", "CA1720", Justification = "The type distinguishes this method from the others.")]
    public uint UInt32(ulong position)
    {
        ulong counter = position / Block * 4 + position % 4;
        return Philox.Block(counter, Stream, Seed)[(int)(position / 4 % 4)];
    }

    /// <summary>Draws a number, uniformly from the multiples of 2⁻³² from 0 (inclusive) to 1 (exclusive).</summary>
    public double Uniform(ulong position) => UInt32(position) * OneStep;

    /// <summary>
    /// Draws a number from the standard normal distribution: Φ⁻¹((k + ½)·2⁻³²), where k is the integer at this position; its
    /// magnitude is at most 6.4.
    /// </summary>
    public double Normal(ulong position) => NormalOf(UInt32(position));

    /// <summary>
    /// Fills a span with integers drawn uniformly from 0 to 2³² − 1: element i is the integer at <paramref name="start"/> + i.
    /// </summary>
    /// <param name="destination">Receives the integers.</param>
    /// <param name="start">The position of the first.</param>
    public void FillUInt32(Span<uint> destination, ulong start = 0) =>
        Fill(destination, default(Words), start);

    /// <summary>
    /// Fills a span with numbers drawn uniformly from <paramref name="low"/> to <paramref name="high"/>: element i is
    /// low + (high − low)·u, where u is the <see cref="Uniform"/> number at <paramref name="start"/> + i, computed in
    /// double precision and rounded (so that <paramref name="high"/> itself can occur).
    /// </summary>
    /// <param name="destination">Receives the numbers.</param>
    /// <param name="low">The lower bound.</param>
    /// <param name="high">The upper bound.</param>
    /// <param name="start">The position of the first.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="low"/> or <paramref name="high"/> is not finite.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="high"/> is below <paramref name="low"/>.</exception>
    public void FillUniform(Span<float> destination, float low, float high, ulong start = 0)
    {
        ThrowUnlessFinite(low);
        ThrowUnlessFinite(high);
        ArgumentOutOfRangeException.ThrowIfLessThan(high, low);
        Fill(destination, new UniformNumbers(low, high), start);
    }

    /// <summary>
    /// Fills a span with numbers drawn from a normal distribution: element i is mean + standardDeviation·z, where z is the
    /// <see cref="Normal"/> number at <paramref name="start"/> + i, computed in double precision and rounded.
    /// </summary>
    /// <param name="destination">Receives the numbers.</param>
    /// <param name="mean">The distribution's mean.</param>
    /// <param name="standardDeviation">The distribution's standard deviation.</param>
    /// <param name="start">The position of the first.</param>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="mean"/> or <paramref name="standardDeviation"/> is not finite.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="standardDeviation"/> is negative.</exception>
    public void FillNormal(Span<float> destination, float mean, float standardDeviation, ulong start = 0)
    {
        ThrowUnlessFinite(mean);
        ThrowUnlessFinite(standardDeviation);
        ArgumentOutOfRangeException.ThrowIfNegative(standardDeviation);
        Fill(destination, new NormalNumbers(mean, standardDeviation), start);
    }

    /// <summary>Shuffles the items: every order is equally likely.</summary>
    /// <remarks>
    /// Source: Fisher and Yates; Durstenfeld, "Algorithm 235: Random permutation", 1964. The draws share no counter
    /// with the numbers at any position.
    /// </remarks>
    public void Shuffle(Span<int> items)
    {
        for (int last = items.Length - 1; last > 0; last--)
        {
            int chosen = (int)Below((uint)last + 1, (uint)last);
            (items[last], items[chosen]) = (items[chosen], items[last]);
        }
    }

    /// <summary>Draws an integer below <paramref name="bound"/>, exactly uniformly.</summary>
    /// <remarks>
    /// Source: Lemire, "Fast random integer generation in an interval", 2019. A draw that would introduce a bias is
    /// repeated: the n-th draw is word 0 of the counter 2⁶³ + n·2³² + position.
    /// </remarks>
    internal uint Below(uint bound, uint position)
    {
        uint unfair = (uint)((1UL << 32) % bound);
        ulong counter = FirstBoundedCounter + position;
        while (true)
        {
            ulong product = (ulong)Philox.Block(counter, Stream, Seed)[0] * bound;
            if ((uint)product >= unfair)
            {
                return (uint)(product >> 32);
            }

            counter += 1UL << 32;
        }
    }

    /// <summary>Draws the integers at the sixteen positions from <paramref name="position"/> on, a multiple of sixteen.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal Vector512<uint> UInt32Lanes(ulong position) => Philox.FourBlocks(position / 4, Stream, Seed);

    private static double NormalOf(uint word) => ElementaryFunctions.NormalQuantile((word + 0.5) * OneStep);

    private static void ThrowUnlessFinite(float value, [CallerArgumentExpression(nameof(value))] string? name = null)
    {
        if (!float.IsFinite(value))
        {
            throw new ArgumentOutOfRangeException(name, value, "The value must be finite.");
        }
    }

    private void Fill<T, TDistribution>(Span<T> destination, TDistribution distribution, ulong start)
        where TDistribution : struct, IDistribution<T>
    {
        Span<uint> words = stackalloc uint[Block];
        while (!destination.IsEmpty)
        {
            int first = (int)(start % Block);
            int count = Math.Min(Block - first, destination.Length);
            UInt32Lanes(start - (ulong)first).CopyTo(words);
            for (int i = 0; i < count; i++)
            {
                destination[i] = distribution.Value(words[first + i]);
            }

            destination = destination[count..];
            start += (ulong)count;
        }
    }

    /// <summary>Maps a random integer to a value of a distribution.</summary>
    private interface IDistribution<T>
    {
        T Value(uint word);
    }

    private readonly struct Words : IDistribution<uint>
    {
        public uint Value(uint word) => word;
    }

    private readonly struct UniformNumbers(double low, double high) : IDistribution<float>
    {
        public float Value(uint word) => (float)(low + (high - low) * (word * OneStep));
    }

    private readonly struct NormalNumbers(double mean, double standardDeviation) : IDistribution<float>
    {
        public float Value(uint word) => (float)(mean + standardDeviation * NormalOf(word));
    }
}
