using System.Buffers.Binary;

namespace Evenkeel.Tables.Parquet;

/// <summary>Checks the footer of a Parquet file before it is trusted: its lengths, and the tree of its columns.</summary>
/// <remarks>
/// The footer is a struct in Thrift's compact protocol
/// (<see href="https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md"/>).
/// Parquet.Net works for minutes, or for ever, on one with a list longer than the file, or with a tree that does not end.
/// </remarks>
internal sealed class ParquetFooter
{
    private const int Tail = 8; // the length of the footer, and PAR1
    private const int MostNested = 64;
    private const int ChildrenField = 5;

    // Types of the compact protocol; a truth value is its own type.
    private const int Boolean = 1, False = 2, Int16 = 4, Int32 = 5, Int64 = 6, Binary = 8, List = 9, Struct = 12;

    // The fields of the structs of parquet.thrift, and what lists have in them. Parquet.Net does not look at the types in the file.
    private static readonly Shape Pairs = Shape.Of((1, Binary), (2, Binary));
    private static readonly Shape Column = Shape.Of(
        (1, Int32), (2, Int32), (3, Int32), (4, Binary), (5, Int32), (6, Int32), (7, Int32), (8, Int32), (9, Int32), (10, Struct));

    private static readonly Shape Statistics = Shape.Of((1, Binary), (2, Binary), (3, Int64), (4, Int64), (5, Binary), (6, Binary));
    private static readonly Shape Encodings = Shape.Of((1, Int32), (2, Int32), (3, Int32));
    private static readonly Shape Sizes = Shape.Of((1, Int64), (2, List), (3, List)).With(2, Int64).With(3, Int64);
    private static readonly Shape MetaData = Shape
        .Of(
            (1, Int32), (2, List), (3, List), (4, Int32), (5, Int64), (6, Int64), (7, Int64), (8, List), (9, Int64), (10, Int64),
            (11, Int64), (12, Struct), (13, List), (14, Int64), (15, Int32), (16, Struct), (17, Struct))
        .With(2, Int32).With(3, Binary).With(8, Struct, Pairs)
        .With(12, Struct, Statistics).With(13, Struct, Encodings).With(16, Struct, Sizes);

    private static readonly Shape Chunk = Shape
        .Of((1, Binary), (2, Int64), (3, Struct), (4, Int64), (5, Int32), (6, Int64), (7, Int32), (8, Struct), (9, Binary))
        .With(3, Struct, MetaData);

    private static readonly Shape Sorting = Shape.Of((1, Int32), (2, Boolean), (3, Boolean));
    private static readonly Shape Group = Shape
        .Of((1, List), (2, Int64), (3, Int64), (4, List), (5, Int64), (6, Int64), (7, Int16))
        .With(1, Struct, Chunk).With(4, Struct, Sorting);

    private static readonly Shape FileShape = Shape
        .Of((1, Int32), (2, List), (3, Int64), (4, List), (5, List), (6, Binary), (7, List), (8, Struct), (9, Binary))
        .With(2, Struct, Column).With(4, Struct, Group).With(5, Struct, Pairs).With(7, Struct);

    private readonly byte[] _bytes;
    private readonly List<long> _children = [];
    private int _position;

    private ParquetFooter(byte[] bytes) => _bytes = bytes;

    /// <summary>Checks the footer of a file.</summary>
    /// <exception cref="InvalidDataException">The footer is invalid; the message is part of a sentence.</exception>
    public static void Check(Stream file)
    {
        var tail = new byte[Tail];
        if (file.Length < 2 * Tail)
        {
            throw new InvalidDataException("it is too short");
        }

        file.Position = file.Length - Tail;
        file.ReadExactly(tail);
        if (!tail.AsSpan(4).SequenceEqual("PAR1"u8))
        {
            throw new InvalidDataException("it is cut off: its last bytes are not PAR1");
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(tail);
        if (length <= 0 || length > file.Length - Tail - 4)
        {
            throw new InvalidDataException("its footer is longer than the file");
        }

        var bytes = new byte[length];
        file.Position = file.Length - Tail - length;
        file.ReadExactly(bytes);
        var footer = new ParquetFooter(bytes);
        footer.ReadStruct(0, FileShape);
        footer.CheckTree();
    }

    private static InvalidDataException Damaged() => new("its footer is damaged");

    /// <summary>Reads a struct up to its end.</summary>
    /// <param name="depth">How deep it is nested.</param>
    /// <param name="shape">Its fields; null if they are not known.</param>
    private void ReadStruct(int depth, Shape? shape)
    {
        if (depth > MostNested)
        {
            throw Damaged();
        }

        int children = _children.Count;
        bool isColumn = ReferenceEquals(shape, Column);
        if (isColumn)
        {
            _children.Add(0);
        }

        long field = 0;
        while (true)
        {
            int header = Byte();
            if (header == 0)
            {
                return;
            }

            field = header >> 4 == 0 ? Signed() : field + (header >> 4);
            int type = header & 15;
            if (shape is not null && shape.Types.TryGetValue(field, out int expected) && expected != (type == False ? Boolean : type))
            {
                throw Damaged();
            }

            if (isColumn && field == ChildrenField)
            {
                _children[children] = Signed();
            }
            else if (type is not (Boolean or False))
            {
                (int item, Shape? inner) = shape?.Items.GetValueOrDefault(field) ?? default;
                ReadValue(type, depth, item, inner);
            }
        }
    }

    /// <summary>Reads a value.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="depth">How deep it is nested.</param>
    /// <param name="item">The type of the items of a list; 0 if it is not known.</param>
    /// <param name="shape">The fields of a struct, or of the structs of a list; null if they are not known.</param>
    private void ReadValue(int type, int depth, int item, Shape? shape)
    {
        switch (type)
        {
            case Boolean or False or 3:
                Skip(1);
                break;
            case Int16 or Int32 or Int64:
                _ = Varint();
                break;
            case 7:
                Skip(8);
                break;
            case Binary:
                Skip(Varint());
                break;
            case List or 10:
                ReadList(depth, item, shape);
                break;
            case Struct:
                ReadStruct(depth + 1, shape);
                break;
            case 13:
                Skip(16);
                break;
            default:
                throw Damaged(); // Parquet has no maps
        }
    }

    private void ReadList(int depth, int item, Shape? shape)
    {
        int header = Byte(), type = header & 15;
        ulong size = header >> 4 == 15 ? Varint() : (ulong)(header >> 4);
        CheckSize(size);
        if (depth > MostNested || (item != 0 && size > 0 && type != item))
        {
            throw Damaged();
        }

        for (ulong i = 0; i < size; i++)
        {
            ReadValue(type, depth + 1, 0, shape);
        }
    }

    /// <summary>Checks that the columns are one tree, which the first of them is the root of.</summary>
    private void CheckTree()
    {
        var open = new Stack<long>();
        for (int i = 0; i < _children.Count; i++)
        {
            while (open.TryPeek(out long left) && left == 0)
            {
                open.Pop();
            }

            if (i > 0)
            {
                if (open.Count == 0)
                {
                    throw Damaged();
                }

                open.Push(open.Pop() - 1);
            }

            if (_children[i] < 0 || open.Count > MostNested)
            {
                throw Damaged();
            }

            if (_children[i] > 0 || i == 0)
            {
                open.Push(_children[i]);
            }
        }

        if (_children.Count == 0 || open.Any(left => left > 0))
        {
            throw Damaged();
        }
    }

    // An item has at least one byte.
    private void CheckSize(ulong size)
    {
        if (size > (ulong)(_bytes.Length - _position))
        {
            throw Damaged();
        }
    }

    private int Byte() => _position < _bytes.Length ? _bytes[_position++] : throw Damaged();

    private void Skip(ulong count)
    {
        CheckSize(count);
        _position += (int)count;
    }

    private long Signed()
    {
        ulong value = Varint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    private ulong Varint()
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            int next = Byte();
            value |= (ulong)(next & 127) << shift;
            if (next < 128)
            {
                return value;
            }
        }

        throw Damaged();
    }

    /// <summary>The fields of a struct: their types, the types of the items of lists, and the fields of structs within.</summary>
    private sealed record Shape(IReadOnlyDictionary<long, int> Types, IReadOnlyDictionary<long, (int Item, Shape? Inner)> Items)
    {
        public static Shape Of(params (long Field, int Type)[] fields) =>
            new(fields.ToDictionary(field => field.Field, field => field.Type), new Dictionary<long, (int, Shape?)>());

        public Shape With(long field, int item, Shape? inner = null) =>
            this with { Items = new Dictionary<long, (int, Shape?)>(Items) { [field] = (item, inner) } };
    }
}
