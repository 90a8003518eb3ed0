using System.Runtime.CompilerServices;

namespace Evenkeel.Numerics;

/// <summary>A formula applied to each element with coefficients of the element's set.</summary>
/// <typeparam name="TCoefficients">The coefficients, in vectors.</typeparam>
internal interface IChannelMap<TCoefficients>
    where TCoefficients : struct
{
    /// <summary>The coefficients of one set, in every lane.</summary>
    TCoefficients Of(int set);

    /// <summary>The coefficients of the sets from <paramref name="set"/> on, one in each lane.</summary>
    TCoefficients From<TLanes>(TLanes lanes, int set)
        where TLanes : struct, ILanes;

    /// <summary>Applies the formula to the lanes that start at element <paramref name="offset"/>.</summary>
    /// <remarks>
    /// The position is that of the first lane within its run; where channels are columns, it is the row, the same for all lanes.
    /// </remarks>
    void Invoke<TLanes>(TLanes lanes, nint offset, nint position, in TCoefficients coefficients)
        where TLanes : struct, ILanes;
}

/// <summary>The loop that maps the elements of a view, set by set.</summary>
internal static class ChannelMap
{
    /// <summary>Elements of one share of the work.</summary>
    private const int Share = 32 * 1024;

    /// <summary>Applies <paramref name="formula"/> to every element of <paramref name="view"/>.</summary>
    public static void Run<TFormula, TCoefficients>(in TFormula formula, ChannelView view)
        where TFormula : struct, IChannelMap<TCoefficients>
        where TCoefficients : struct
    {
        if (view.Length == 0)
        {
            return;
        }

        // A row is a run of one set, or, where channels are columns, one element of each set of a part.
        int lines = view.Parts * view.Outer;
        (int rows, int length) = view.Inner == 1 ? (lines, view.Channels) : (lines * view.Channels, view.Inner);
        int rowsPerShare = Math.Max(1, Share / length);
        WorkSplitter.Run(
            new Shares<TFormula, TCoefficients>(formula, view, rows, length, rowsPerShare),
            (rows - 1) / rowsPerShare + 1);
    }

    private readonly struct Shares<TFormula, TCoefficients>(
        TFormula formula, ChannelView view, int rows, int length, int rowsPerShare) : IWork
        where TFormula : struct, IChannelMap<TCoefficients>
        where TCoefficients : struct
    {
        public void Invoke(int index)
        {
            int start = index * rowsPerShare;
            int end = start + Math.Min(rowsPerShare, rows - start);
            if (view.Inner == 1)
            {
                Columns(start, end);
            }
            else
            {
                Runs(start, end);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Runs(int start, int end)
        {
            TFormula map = formula;
            int whole = length & -AllLanes.Count;
            for (int row = start; row < end; row++)
            {
                (int line, int channel) = Math.DivRem(row, view.Channels);
                TCoefficients coefficients = map.Of(line / view.Outer * view.Channels + channel);
                nint offset = (nint)row * length;
                for (int i = 0; i < whole; i += AllLanes.Count)
                {
                    map.Invoke(default(AllLanes), offset + i, i, coefficients);
                }

                if (whole < length)
                {
                    map.Invoke(new FirstLanes(length - whole), offset + whole, whole, coefficients);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Columns(int start, int end)
        {
            TFormula map = formula;
            int whole = length & -AllLanes.Count;
            var tail = new FirstLanes(length - whole);
            for (int row = start; row < end; row++)
            {
                nint offset = (nint)row * length;
                (int part, int position) = Math.DivRem(row, view.Outer);
                int set = part * view.Channels;
                for (int i = 0; i < whole; i += AllLanes.Count)
                {
                    map.Invoke(default(AllLanes), offset + i, position, map.From(default(AllLanes), set + i));
                }

                if (whole < length)
                {
                    map.Invoke(tail, offset + whole, position, map.From(tail, set + whole));
                }
            }
        }
    }
}
