using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics;

/// <summary>
/// A sequence of random numbers that is drawn by position: a number depends on the seed, the stream and its position
/// alone, so that any thread may draw any part of the sequence, in any order, on any machine.
/// </summary>
/// <remarks>
/// <para>
/// The numbers are the words of Philox4x32-10, with the seed for its key and the stream for the upper half of its
/// counter. Positions 16g to 16g + 15 are the words of the counters 4g to 4g + 3: word 0 of the four, then word 1 of
/// the four, and so on. Two streams, or two seeds, never share a counter and key.
/// </para>
/// <para>Source: Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", 2011.</para>
/// </remarks>
/// <param name="Seed">Chooses one of 2⁶⁴ families of streams.</param>
/// <param name="Stream">Chooses one of the 2⁶⁴ streams of the family.</param>
[SuppressMessage("Naming", "CA1711", Justification = "A stream of random numbers is the field's term.")]
public readonly record struct RandomStream(ulong Seed, ulong Stream)
{
    /// <summary>How many numbers are drawn at once, and what positions given to <see cref="UInt32Lanes"/> are a multiple of.</summary>
    internal const int Block = 16;

    /// <summary>The first of the counters that no position reaches; bounded integers are drawn from these.</summary>
    private const ulong FirstBoundedCounter = 1UL << 63;

    private const double OneStep = 1.0 / (1UL << 32);

    /// <summary>An integer, each of 0 to 2³² − 1 being as likely.</summary>
    [SuppressMessage("Naming", "CA1720", Justification = "The type is what tells this from the other numbers.")]
    public uint UInt32(ulong position)
    {
        ulong counter = position / Block * 4 + position % 4;
        return Philox.Block(counter, Stream, Seed)[(int)(position / 4 % 4)];
    }

    /// <summary>A number from 0 (inclusive) to 1 (exclusive): a multiple of 2⁻³², each being as likely.</summary>
    public double Uniform(ulong position) => UInt32(position) * OneStep;

    /// <summary>
    /// A number of the standard normal distribution, Φ⁻¹((k + ½)·2⁻³²), where k is the integer at this position; never
    /// beyond ±6.4.
    /// </summary>
    public double Normal(ulong position) => NormalOf(UInt32(position));

    /// <summary>Fills with integers, each of 0 to 2³² − 1 being as likely: element i is the integer at <paramref name="start"/> + i.</summary>
    /// <param name="destination">Where the integers go.</param>
    /// <param name="start">The position of the first.</param>
    public void FillUInt32(Span<uint> destination, ulong start = 0) =>
        Fill(destination, default(Words), start);

    /// <summary>
    /// Fills with numbers spread evenly from <paramref name="low"/> to <paramref name="high"/>: element i is
    /// low + (high − low)·u, where u is the <see cref="Uniform"/> number at <paramref name="start"/> + i, computed in
    /// double precision and rounded (so that <paramref name="high"/> itself can occur).
    /// </summary>
    /// <param name="destination">Where the numbers go.</param>
    /// <param name="low">The lower bound.</param>
    /// <param name="high">The upper bound.</param>
    /// <param name="start">The position of the first.</param>
    /// <exception cref="ArgumentOutOfRangeException">A bound is not finite, or the upper is below the lower.</exception>
    public void FillUniform(Span<float> destination, float low, float high, ulong start = 0)
    {
        ThrowUnlessFinite(low);
        ThrowUnlessFinite(high);
        ArgumentOutOfRangeException.ThrowIfLessThan(high, low);
        Fill(destination, new UniformNumbers(low, high), start);
    }

    /// <summary>
    /// Fills with numbers of a normal distribution: element i is mean + standardDeviation·z, where z is the
    /// <see cref="Normal"/> number at <paramref name="start"/> + i, computed in double precision and rounded.
    /// </summary>
    /// <param name="destination">Where the numbers go.</param>
    /// <param name="mean">The distribution's mean.</param>
    /// <param name="standardDeviation">The distribution's standard deviation.</param>
    /// <param name="start">The position of the first.</param>
    /// <exception cref="ArgumentOutOfRangeException">The mean or the standard deviation is not finite, or the latter is negative.</exception>
    public void FillNormal(Span<float> destination, float mean, float standardDeviation, ulong start = 0)
    {
        ThrowUnlessFinite(mean);
        ThrowUnlessFinite(standardDeviation);
        ArgumentOutOfRangeException.ThrowIfNegative(standardDeviation);
        Fill(destination, new NormalNumbers(mean, standardDeviation), start);
    }

    /// <summary>Brings the items into a random order, every order being as likely.</summary>
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

    /// <summary>An integer below <paramref name="bound"/>, each being exactly as likely.</summary>
    /// <remarks>
    /// Source: Lemire, "Fast random integer generation in an interval", 2019. A draw that would favour some integers is
    /// drawn again: the n-th draw is word 0 of the counter 2⁶³ + n·2³² + position.
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

    /// <summary>The integers at the sixteen positions from <paramref name="position"/>, a multiple of sixteen.</summary>
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

    /// <summary>What becomes of a random integer.</summary>
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
