namespace Evenkeel.Onnx;

/// <summary>ONNX's numbers of element types.</summary>
internal static class TensorTypes
{
    public const int Float = 1;
    public const int Int32 = 6;
    public const int Int64 = 7;
    public const int String = 8;
    public const int Boolean = 9;
    public const int Float16 = 10;
    public const int Double = 11;
    public const int BFloat16 = 16;
}
