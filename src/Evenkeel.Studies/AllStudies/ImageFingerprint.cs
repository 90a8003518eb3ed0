using System.Runtime.InteropServices;
using System.Security.Cryptography;
using Evenkeel.Data;
using Evenkeel.Numerics;

namespace Evenkeel.Studies.AllStudies;

/// <summary>Identifies images by their content.</summary>
internal static class ImageFingerprint
{
    /// <summary>Returns the SHA-256 of shapes, pixels and labels in hexadecimal digits.</summary>
    public static string Of(ImageClassificationData images)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(MemoryMarshal.AsBytes<int>([images.Height, images.Width, images.Channels, images.Classes]));
        foreach (Dataset<int> samples in new[] { images.Train, images.Test })
        {
            hash.AppendData(MemoryMarshal.AsBytes<int>([samples.Count]));
            hash.AppendData(MemoryMarshal.AsBytes(samples.Inputs.Elements()));
            hash.AppendData(MemoryMarshal.AsBytes(samples.Targets.Elements()));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
