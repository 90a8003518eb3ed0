using System.Text;

namespace Evenkeel.Fuzz;

/// <summary>Changes inputs at random, the same way for the same seed.</summary>
internal sealed class Mutator(int seed, IReadOnlyList<byte[]> seeds, IReadOnlyList<string> words)
{
    private const int MaxLength = 1 << 16;

    private static readonly byte[] Bytes = [0, 1, 0x7f, 0x80, 0xff, .. " \t\r\n\",;.-+eE0123456789{}[]:"u8];

    private readonly Random _random = new(seed);

    /// <summary>The next input: one of the seeds, changed in one to eight places.</summary>
    public byte[] Next()
    {
        List<byte> input = [.. seeds[_random.Next(seeds.Count)]];
        for (int i = _random.Next(1, 9); i > 0; i--)
        {
            Mutate(input);
        }

        if (input.Count > MaxLength)
        {
            input.RemoveRange(MaxLength, input.Count - MaxLength);
        }

        return [.. input];
    }

    private void Mutate(List<byte> input)
    {
        int at = _random.Next(input.Count + 1), length = Math.Min(input.Count - at, 1 << _random.Next(8));
        switch (_random.Next(9))
        {
            case 0 when at < input.Count:
                input[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 1 when at < input.Count:
                input[at] = Bytes[_random.Next(Bytes.Length)];
                break;
            case 2:
                input.Insert(at, Bytes[_random.Next(Bytes.Length)]);
                break;
            case 3:
                input.RemoveRange(at, length);
                break;
            case 4:
                input.InsertRange(at, input.GetRange(at, length));
                break;
            case 5:
                input.RemoveRange(at, input.Count - at);
                break;
            case 6:
                input.InsertRange(at, Encoding.UTF8.GetBytes(words[_random.Next(words.Count)]));
                break;
            case 7:
                byte[] other = seeds[_random.Next(seeds.Count)];
                int from = _random.Next(other.Length + 1);
                input.InsertRange(at, other.AsSpan(from, Math.Min(other.Length - from, 1 << _random.Next(8))).ToArray());
                break;
            default:
                int target = _random.Next(input.Count + 1 - length);
                List<byte> moved = input.GetRange(at, length);
                input.RemoveRange(at, length);
                input.InsertRange(Math.Min(target, input.Count), moved);
                break;
        }
    }
}
