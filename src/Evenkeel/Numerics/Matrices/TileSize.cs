namespace Evenkeel.Numerics.Matrices;

/// <summary>Compile-time sizes of a tile: its rows, or its registers per row.</summary>
internal static class TileSize
{
    internal interface IValue
    {
        static abstract int Value { get; }
    }

    internal readonly struct One : IValue
    {
        public static int Value => 1;
    }

    internal readonly struct Two : IValue
    {
        public static int Value => 2;
    }

    internal readonly struct Three : IValue
    {
        public static int Value => 3;
    }

    internal readonly struct Four : IValue
    {
        public static int Value => 4;
    }

    internal readonly struct Eight : IValue
    {
        public static int Value => 8;
    }

    internal readonly struct Sixteen : IValue
    {
        public static int Value => 16;
    }
}
