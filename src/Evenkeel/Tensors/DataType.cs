using System.Diagnostics.CodeAnalysis;

namespace Evenkeel.Tensors;

/// <summary>The type of a tensor's elements in a file.</summary>
[SuppressMessage("Naming", "CA1720", Justification = "These are the names of the types.")]
public enum DataType
{
    /// <summary>64-bit floating point.</summary>
    Float64,

    /// <summary>32-bit floating point.</summary>
    Float32,

    /// <summary>16-bit floating point of IEEE 754, with 11 bits of precision.</summary>
    Float16,

    /// <summary>The upper half of a 32-bit floating-point number, with 8 bits of precision.</summary>
    BFloat16,

    /// <summary>64-bit integer.</summary>
    Int64,

    /// <summary>32-bit integer.</summary>
    Int32,

    /// <summary>16-bit integer.</summary>
    Int16,

    /// <summary>8-bit integer.</summary>
    Int8,

    /// <summary>64-bit unsigned integer.</summary>
    UInt64,

    /// <summary>32-bit unsigned integer.</summary>
    UInt32,

    /// <summary>16-bit unsigned integer.</summary>
    UInt16,

    /// <summary>8-bit unsigned integer.</summary>
    UInt8,

    /// <summary>A byte that is 0 or 1.</summary>
    Boolean,
}
