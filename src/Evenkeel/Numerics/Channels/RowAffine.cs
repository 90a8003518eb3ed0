using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Evenkeel.Numerics.Buffers;
using Evenkeel.Numerics.Loops;
using Evenkeel.Numerics.Simd;

namespace Evenkeel.Numerics.Channels;

/// <summary>The affine map of each row, then that of each position: y = ((x − center)·scale + shift)·weight + bias.</summary>
internal static unsafe class RowAffine
{
    /// <summary>The weight and bias of each position of a row.</summary>
    public readonly ref struct Parameters(ReadOnlySpan<float> weight, ReadOnlySpan<float> bias)
    {
        /// <summary>The factor, per position.</summary>
        public ReadOnlySpan<float> Weight { get; } = weight;

        /// <summary>The value added, per position.</summary>
        public ReadOnlySpan<float> Bias { get; } = bias;

        /// <summary>Throws unless there is one weight and one bias per position of a row.</summary>
        public void Check(ChannelView view)
        {
            view.CheckRows(nameof(view));
            SpanChecks.Length(Weight, view.Inner, "parameters.Weight");
            SpanChecks.Length(Bias, view.Inner, "parameters.Bias");
        }
    }

    /// <summary>The map of one vector.</summary>
    public readonly struct Formula(ChannelAffine.Pointers at, float* weight, float* bias) : IChannelMap<ChannelAffine.Vectors>
    {
        public ChannelAffine.Vectors Of(int set) => new(
            Vector512.Create(at.Center[set]), Vector512.Create(at.Scale[set]), Vector512.Create(at.Shift[set]));

        public ChannelAffine.Vectors From<TAccess>(TAccess access, int set)
            where TAccess : struct, IVectorAccess => Of(set);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public void Invoke<TAccess>(TAccess access, nint offset, nint position, in ChannelAffine.Vectors c)
            where TAccess : struct, IVectorAccess
        {
            Vector512<float> normalized = Fused.MultiplyAdd(access.Load(at.X + offset) - c.Center, c.Scale, c.Shift);
            access.Store(
                at.Y + offset, Fused.MultiplyAdd(normalized, access.Load(weight + position), access.Load(bias + position)));
        }
    }
}
