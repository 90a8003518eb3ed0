using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;

namespace Evenkeel.Tests.Support;

/// <summary>
/// Which methods touch single elements of tensors, read from their compiled code: whatever the source looks like, a float or bool
/// of a span, array, tensor or pointer is loaded and stored by one of a few instructions.
/// </summary>
internal static class ElementAccess
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly OpCode[] SingleElement =
        [OpCodes.Ldind_R4, OpCodes.Stind_R4, OpCodes.Ldelem_R4, OpCodes.Stelem_R4, OpCodes.Ldind_U1, OpCodes.Ldelem_U1];

    private static readonly Dictionary<short, OpCode> OpCodesByValue = typeof(OpCodes).GetFields()
        .Select(field => (OpCode)field.GetValue(null)!)
        .ToDictionary(code => code.Value);

    /// <summary>The methods of a type, its lambdas and local functions among them, that touch single elements: "Type.Method".</summary>
    public static IEnumerable<string> In(Type type) => type.GetMembers(Declared).OfType<MethodBase>()
        .Where(TouchesSingleElements)
        .Select(method => $"{NameOf(type)}.{method.Name.Split('.')[^1]}");

    private static bool TouchesSingleElements(MethodBase method) =>
        method.GetMethodBody()?.GetILAsByteArray() is { } code && Instructions(code).Any(instruction =>
            SingleElement.Contains(instruction.Code)
            || (instruction.Code == OpCodes.Ldelema && Resolve(method, instruction.Token) as Type == typeof(float))
            || (instruction.Code.OperandType == OperandType.InlineMethod && Resolve(method, instruction.Token) is MethodBase called
                && IsElementwise(called)));

    /// <summary>Vectors, and sequences of floats.</summary>
    private static bool IsElementwise(MethodBase called) =>
        called.DeclaringType?.Namespace == "System.Runtime.Intrinsics"
        || called.DeclaringType == typeof(Unsafe)
        || (called.DeclaringType == typeof(Enumerable) && called.IsGenericMethod && called.GetGenericArguments()[0] == typeof(float));

    private static MemberInfo? Resolve(MethodBase method, int token) => method.Module.ResolveMember(
        token, method.DeclaringType!.GetGenericArguments(), method.IsGenericMethod ? method.GetGenericArguments() : null);

    private static IEnumerable<(OpCode Code, int Token)> Instructions(byte[] code)
    {
        for (int i = 0; i < code.Length;)
        {
            short value = code[i++];
            if (value == 0xFE)
            {
                value = unchecked((short)(0xFE00 | code[i++]));
            }

            OpCode instruction = OpCodesByValue[value];
            yield return (
                instruction, instruction.OperandType == OperandType.InlineNone || i + 4 > code.Length ? 0 : BitConverter.ToInt32(code, i));
            i += instruction.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + 4 * BitConverter.ToInt32(code, i),
                _ => 4,
            };
        }
    }

    private static string NameOf(Type type) => type.DeclaringType is { } outer ? $"{NameOf(outer)}.{type.Name}" : type.Name;
}
