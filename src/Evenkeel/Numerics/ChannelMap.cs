using System.Runtime.CompilerServices;

namespace Evenkeel.Numerics;

/// <summary>A formula applied to each element with coefficients of the element's channel.</summary>
/// <typeparam name="TCoefficients">The coefficients, in vectors.</typeparam>
internal interface IChannelMap<TCoefficients>
    where TCoefficients : struct
{
    /// <summary>The coefficients of one channel, in every lane.</summary>
    TCoefficients Of(int channel);

    /// <summary>The coefficients of the channels from <paramref name="channel"/> on, one in each lane.</summary>
    TCoefficients From<TLanes>(TLanes lanes, int channel)
        where TLanes : struct, ILanes;

    /// <summary>Applies the formula to the lanes that start at element <paramref name="offset"/>.</summary>
    void Invoke<TLanes>(TLanes lanes, nint offset, in TCoefficients coefficients)
        where TLanes : struct, ILanes;
}

/// <summary>The loop that maps the elements of a view, channel by channel.</summary>
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

        // A row is a run of one channel, or, where channels are columns, one element of each channel.
        (int rows, int length) = view.Inner == 1 ? (view.Outer, view.Channels) : (view.Outer * view.Channels, view.Inner);
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
                TCoefficients coefficients = map.Of(row % view.Channels);
                nint offset = (nint)row * length;
                for (int i = 0; i < whole; i += AllLanes.Count)
                {
                    map.Invoke(default(AllLanes), offset + i, coefficients);
                }

                if (whole < length)
                {
                    map.Invoke(new FirstLanes(length - whole), offset + whole, coefficients);
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
                for (int i = 0; i < whole; i += AllLanes.Count)
                {
                    map.Invoke(default(AllLanes), offset + i, map.From(default(AllLanes), i));
                }

                if (whole < length)
                {
                    map.Invoke(tail, offset + whole, map.From(tail, whole));
                }
            }
        }
    }
}
