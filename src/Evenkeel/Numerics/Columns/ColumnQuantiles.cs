using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Simd;
using Evenkeel.Numerics.Threading;

namespace Evenkeel.Numerics.Columns;

/// <summary>Computes the quantiles of each column of a table, without sorting it.</summary>
/// <remarks>
/// A quantile lies between two elements of known ranks. Elements are compared as keys: unsigned integers of the same order. The
/// range of a column's keys is divided into equal bins, and the elements in each bin are counted; an element of a wanted rank
/// lies in one bin, a narrower range in which its rank follows. This is repeated until the range is one key, or holds so few
/// elements that they are sorted. Before a range is divided, it is narrowed to the smallest and largest key in it, so that values
/// that occur often, or lie very close to each other, take no more rounds than others.
/// </remarks>
internal static unsafe class ColumnQuantiles
{
    private const int MaxBins = 1 << 16;

    /// <summary>Keeps equal bins of different lanes out of the same cache set.</summary>
    private const int Padding = 16;

    /// <summary>Computes the quantiles at rank (n − 1)·probability of the n values of each column, ignoring NaN.</summary>
    /// <param name="x">The elements, laid out as <paramref name="view"/> says.</param>
    /// <param name="view">The shape, of one part: (rows, columns, 1), or, column after column, (1, columns, rows).</param>
    /// <param name="probabilities">The probabilities of the quantiles, from 0 to 1.</param>
    /// <param name="counts">Receives n of each column.</param>
    /// <param name="quantiles">Receives the quantiles, column after column; 0 if a column has no values.</param>
    /// <returns>True if no element is infinite; otherwise the quantiles are undefined.</returns>
    public static bool TryCompute<T>(
        ReadOnlySpan<T> x, ChannelView view, double[] probabilities, double[] counts, double[] quantiles)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Precision.Check<T>();
        SpanChecks.Length(x, view.Length);
        SpanChecks.Length<double>(counts, view.Channels);
        SpanChecks.Length<double>(quantiles, view.Channels * probabilities.Length);
        int infinite = 0;
        var chunks = new ColumnChunks(view.Channels, IsRowMajor(view) ? FullVector.Count : 1);
        fixed (T* source = x)
        {
            WorkerPool.Run(new Chunks<T>(source, view, chunks, probabilities, counts, quantiles, &infinite), chunks.Count);
        }

        return infinite == 0;
    }

    private static bool IsRowMajor(ChannelView view) => view.Inner == 1 && view.Channels > 1;

    private readonly struct Chunks<T>(
        T* x, ChannelView view, ColumnChunks chunks, double[] probabilities, double[] counts, double[] quantiles, int* infinite) : IWork
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        public void Invoke(int index)
        {
            (int column, int columns) = chunks.Bounds(index);
            (int wholeRows, int rest) = Math.DivRem(view.PerSet, FullVector.Count);
            var rows = IsRowMajor(view)
                ? new KeyRows<T>(x + column, view.Channels, view.PerSet, columns, rest: 0)
                : new KeyRows<T>(x + (nint)column * view.PerSet, FullVector.Count, wholeRows, FullVector.Count, rest);
            var selection = new Selection<T>(rows, columns, probabilities);
            int wanted = probabilities.Length;
            if (!selection.TryRun(counts.AsSpan(column, columns), quantiles.AsSpan(column * wanted, columns * wanted)))
            {
                Volatile.Write(ref *infinite, 1);
            }
        }
    }

    /// <summary>A range of keys that holds a wanted element: the number of elements in the range, and the rank among them.</summary>
    private record struct Target(ulong Low, ulong Width, int Count, int Rank);

    /// <summary>Searches up to sixteen columns at once.</summary>
    private readonly ref struct Selection<T>(KeyRows<T> rows, int columns, ReadOnlySpan<double> probabilities)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        private readonly ReadOnlySpan<double> _probabilities = probabilities;

        /// <summary>The wanted elements of each column: for each quantile, the ones before and after it.</summary>
        private readonly Target[][] _targets = new Target[columns][];

        /// <summary>The distinct ranges of each column that a scan visits, one per slot.</summary>
        private readonly List<Target>[] _slots = [.. Enumerable.Range(0, columns).Select(_ => new List<Target>())];

        private int Elements => rows.Rows * rows.Lanes / columns + rows.Rest;

        /// <summary>The number of elements up to which sorting is as fast as another round.</summary>
        private int Few => Math.Max(256, Elements / 64);

        public bool TryRun(Span<double> counts, Span<double> quantiles)
        {
            ulong lowest = OrderedKeys16.Of<T>(double.NegativeInfinity), highest = OrderedKeys16.Of<T>(double.PositiveInfinity);
            for (int c = 0; c < columns; c++)
            {
                _targets[c] = [new Target(lowest, highest - lowest + 1, Elements, 0)];
            }

            FindSlots(_ => true);
            Measure();
            for (int c = 0; c < columns; c++)
            {
                Target all = _targets[c][0];
                if (all.Count > 0 && (all.Low == lowest || all.Low + all.Width - 1 == highest))
                {
                    return false;
                }

                counts[c] = all.Count;
                _targets[c] = WantedOf(all);
            }

            int few = Few;
            while (FindSlots(target => target.Width > 1 && target.Count > few) > 0)
            {
                Divide();
                FindSlots(target => target.Width > 1 && target.Count > few);
                Measure();
            }

            FindSlots(target => target.Width > 1);
            Sort();
            for (int c = 0; c < columns; c++)
            {
                for (int q = 0; q < _probabilities.Length; q++)
                {
                    double position = (counts[c] - 1) * _probabilities[q];
                    quantiles[c * _probabilities.Length + q] = counts[c] == 0 ? 0 : Interpolation.Between(
                        OrderedKeys16.ToNumber<T>(_targets[c][2 * q].Low),
                        OrderedKeys16.ToNumber<T>(_targets[c][2 * q + 1].Low),
                        position - Math.Floor(position));
                }
            }

            return true;
        }

        private Target[] WantedOf(Target all)
        {
            var targets = new Target[all.Count == 0 ? 0 : 2 * _probabilities.Length];
            for (int i = 0; i < targets.Length; i++)
            {
                int before = (int)((all.Count - 1) * _probabilities[i / 2]);
                targets[i] = all with { Rank = Math.Min(before + i % 2, all.Count - 1) };
            }

            return targets;
        }

        /// <summary>Assigns a slot to each distinct range of the open targets; returns the most slots that a column has.</summary>
        private int FindSlots(Func<Target, bool> isOpen)
        {
            int most = 0;
            for (int c = 0; c < columns; c++)
            {
                _slots[c].Clear();
                _slots[c].AddRange(_targets[c].Where(isOpen).DistinctBy(target => target.Low));
                most = Math.Max(most, _slots[c].Count);
            }

            return most;
        }

        /// <summary>Narrows each range in a slot to the smallest and largest key in it.</summary>
        private void Measure()
        {
            int slots = _slots.Max(column => column.Count);
            var measures = new ulong[slots * MeasureScan.Values];
            fixed (ulong* measure = measures)
            {
                for (int slot = 0; slot < slots; slot++)
                {
                    new Span<ulong>(measure + slot * MeasureScan.Values, FullVector.Count).Fill(ulong.MaxValue);
                }

                var scan = new MeasureScan(measure);
                Scan(ref scan, slots);
            }

            for (int c = 0; c < columns; c++)
            {
                for (int slot = 0; slot < _slots[c].Count; slot++)
                {
                    ReadOnlySpan<ulong> measure = measures.AsSpan(slot * MeasureScan.Values);
                    ulong min = TensorPrimitives.Min(LanesOf(c, measure));
                    ulong max = TensorPrimitives.Max(LanesOf(c, measure[FullVector.Count..]));
                    int count = (int)TensorPrimitives.Sum(LanesOf(c, measure[(2 * FullVector.Count)..]));
                    Target range = _slots[c][slot];
                    Replace(c, range, target => new Target(range.Low + min, count == 0 ? 0 : max - min + 1, count, target.Rank));
                }
            }
        }

        /// <summary>Divides each range in a slot into bins, and narrows its targets to theirs.</summary>
        private void Divide()
        {
            int slots = _slots.Max(column => column.Count);
            int bins = (int)Math.Min(
                BitOperations.RoundUpToPowerOf2((uint)Elements), Math.Max(2, MaxBins / BitOperations.RoundUpToPowerOf2((uint)slots)));
            int stride = bins + Padding;
            int length = slots * FullVector.Count * stride;
            int[] counts = ArrayPool<int>.Shared.Rent(length);
            counts.AsSpan(0, length).Clear();
            int* shifts = stackalloc int[slots * FullVector.Count];
            for (int slot = 0; slot < slots; slot++)
            {
                for (int lane = 0; lane < FullVector.Count; lane++)
                {
                    shifts[slot * FullVector.Count + lane] = ShiftOf(RangeOf(lane, slot), bins);
                }
            }

            fixed (int* count = counts)
            {
                ulong* offsets = stackalloc ulong[FullVector.Count];
                var scan = new CountScan(count, stride, shifts, offsets);
                Scan(ref scan, slots);
            }

            for (int c = 0; c < columns; c++)
            {
                for (int slot = 0; slot < _slots[c].Count; slot++)
                {
                    Target range = _slots[c][slot];
                    Memory<int> count = counts.AsMemory((slot * FullVector.Count + c) * stride, bins);
                    for (int lane = 1; lane < rows.Lanes && columns == 1; lane++)
                    {
                        TensorPrimitives.Add(count.Span, counts.AsSpan((slot * FullVector.Count + lane) * stride, bins), count.Span);
                    }

                    Replace(c, range, target => Narrowed(target, count.Span, ShiftOf(range, bins)));
                }
            }

            ArrayPool<int>.Shared.Return(counts);
        }

        /// <summary>Returns the shift, in bits, that turns an offset into the number of its bin.</summary>
        private static int ShiftOf(Target range, int bins) =>
            range.Width == 0 ? 0 : Math.Max(0, BitOperations.Log2(range.Width - 1) + 1 - BitOperations.Log2((uint)bins));

        private static Target Narrowed(Target target, ReadOnlySpan<int> counts, int shift)
        {
            int bin = 0, rank = target.Rank;
            while (rank >= counts[bin])
            {
                rank -= counts[bin++];
            }

            ulong offset = (ulong)bin << shift;
            return new Target(target.Low + offset, Math.Min(1UL << shift, target.Width - offset), counts[bin], rank);
        }

        /// <summary>Finds the targets of each range in a slot by sorting its elements.</summary>
        private void Sort()
        {
            int slots = _slots.Max(column => column.Count);
            if (slots == 0)
            {
                return;
            }

            ulong[] keys = ArrayPool<ulong>.Shared.Rent(_slots.Sum(column => column.Sum(range => range.Count)));
            int* ends = stackalloc int[slots * FullVector.Count];
            int end = 0;
            for (int c = 0; c < columns; c++)
            {
                for (int slot = 0; slot < _slots[c].Count; slot++)
                {
                    ends[slot * FullVector.Count + c] = end;
                    end += _slots[c][slot].Count;
                }
            }

            fixed (ulong* key = keys)
            {
                ulong* offsets = stackalloc ulong[FullVector.Count];
                var scan = new CollectScan(key, ends, columns == 1, offsets);
                Scan(ref scan, slots);
            }

            for (int c = 0; c < columns; c++)
            {
                for (int slot = 0; slot < _slots[c].Count; slot++)
                {
                    Target range = _slots[c][slot];
                    int start = ends[slot * FullVector.Count + c] - range.Count;
                    keys.AsSpan(start, range.Count).Sort();
                    Replace(c, range, target => new Target(range.Low + keys[start + target.Rank], 1, 1, 0));
                }
            }

            ArrayPool<ulong>.Shared.Return(keys);
        }

        /// <summary>Replaces the targets of a column that lie in a range.</summary>
        private void Replace(int column, Target range, Func<Target, Target> replacement)
        {
            Target[] targets = _targets[column];
            for (int i = 0; i < targets.Length; i++)
            {
                if (targets[i].Low == range.Low)
                {
                    targets[i] = replacement(targets[i]);
                }
            }
        }

        /// <summary>Returns the range in a slot of a lane; its width is 0 if there is none.</summary>
        private Target RangeOf(int lane, int slot)
        {
            int column = columns == 1 ? 0 : lane;
            return column < columns && slot < _slots[column].Count ? _slots[column][slot] : default;
        }

        /// <summary>Selects the lanes that belong to a column.</summary>
        private ReadOnlySpan<ulong> LanesOf(int column, ReadOnlySpan<ulong> lanes) =>
            columns == 1 ? lanes[..FullVector.Count] : lanes.Slice(column, 1);

        private void Scan<TScan>(ref TScan scan, int slots)
            where TScan : struct, IKeyScan
        {
            ulong* lows = stackalloc ulong[slots * FullVector.Count];
            ulong* widths = stackalloc ulong[slots * FullVector.Count];
            for (int i = 0; i < slots * FullVector.Count; i++)
            {
                Target range = RangeOf(i % FullVector.Count, i / FullVector.Count);
                (lows[i], widths[i]) = (range.Low, range.Width);
            }

            KeyScan.Run(ref scan, rows, lows, widths, slots);
        }
    }

    /// <summary>Computes the smallest and the largest offset and the count of each lane.</summary>
    private readonly struct MeasureScan(ulong* measures) : IKeyScan
    {
        /// <summary>The number of values per slot: minima, maxima and counts of sixteen lanes.</summary>
        public const int Values = 3 * FullVector.Count;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(int slot, OrderedKeys16 offsets, OrderedKeys16 inside)
        {
            ulong* min = measures + slot * Values;
            ulong* max = min + FullVector.Count;
            ulong* count = max + FullVector.Count;

            // Keys outside the range have larger offsets than those inside.
            OrderedKeys16.Min(OrderedKeys16.Load(min), offsets).Store(min);
            OrderedKeys16.Max(OrderedKeys16.Load(max), offsets & inside).Store(max);
            (OrderedKeys16.Load(count) - inside).Store(count);   // Subtracting all bits set adds one.
        }
    }

    /// <summary>Counts the offsets in each bin, lane by lane.</summary>
    private readonly struct CountScan(int* counts, int stride, int* shifts, ulong* buffer) : IKeyScan
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(int slot, OrderedKeys16 offsets, OrderedKeys16 inside)
        {
            offsets.Store(buffer);
            for (uint lanes = inside.HighestBits(); lanes != 0; lanes &= lanes - 1)
            {
                int lane = BitOperations.TrailingZeroCount(lanes);
                int line = slot * FullVector.Count + lane;
                counts[line * stride + (int)(buffer[lane] >> shifts[line])]++;
            }
        }
    }

    /// <summary>Collects the offsets of each slot of each column contiguously.</summary>
    private readonly struct CollectScan(ulong* keys, int* ends, bool isOneColumn, ulong* buffer) : IKeyScan
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Add(int slot, OrderedKeys16 offsets, OrderedKeys16 inside)
        {
            uint lanes = inside.HighestBits();
            if (lanes == 0)
            {
                return;
            }

            offsets.Store(buffer);
            for (; lanes != 0; lanes &= lanes - 1)
            {
                int lane = BitOperations.TrailingZeroCount(lanes);
                keys[ends[slot * FullVector.Count + (isOneColumn ? 0 : lane)]++] = buffer[lane];
            }
        }
    }
}
