using System.Collections.Immutable;
using System.Reflection.Emit;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;

namespace Evenkeel.Architecture.Tests.Assemblies;

/// <summary>Collects the types of an assembly that a type of it refers to.</summary>
/// <remarks>
/// These are its base type, interfaces and constraints, the types in the signatures and attributes of its members, and what its
/// methods' bodies use: locals, caught exceptions, calls, fields and <c>typeof</c>. The compiler replaces a constant by its value
/// and <c>nameof</c> by a text, so that these leave no trace.
/// </remarks>
internal sealed class ReferencedTypes(PEReader pe, MetadataReader reader)
    : ISignatureTypeProvider<string, object?>, ICustomAttributeTypeProvider<string>
{
    private const string SystemType = "System.Type", Other = "";

    private static readonly Dictionary<int, OperandType> Operands =
        typeof(OpCodes).GetFields().Select(field => (OpCode)field.GetValue(null)!)
            .ToDictionary(code => code.Value & 0xFFFF, code => code.OperandType);

    private readonly HashSet<TypeDefinitionHandle> _types = [];

    /// <summary>The types that <paramref name="type"/> refers to, itself perhaps among them.</summary>
    /// <param name="type">A type of the assembly.</param>
    public IReadOnlySet<TypeDefinitionHandle> Of(TypeDefinitionHandle type)
    {
        TypeDefinition definition = reader.GetTypeDefinition(type);
        Add(definition.BaseType);
        Add(definition.GetCustomAttributes());
        Add(definition.GetGenericParameters());
        foreach (InterfaceImplementationHandle handle in definition.GetInterfaceImplementations())
        {
            InterfaceImplementation implementation = reader.GetInterfaceImplementation(handle);
            Add(implementation.Interface);
            Add(implementation.GetCustomAttributes());
        }

        foreach (MethodImplementationHandle handle in definition.GetMethodImplementations())
        {
            Add(reader.GetMethodImplementation(handle).MethodDeclaration);
        }

        foreach (FieldDefinitionHandle handle in definition.GetFields())
        {
            FieldDefinition field = reader.GetFieldDefinition(handle);
            field.DecodeSignature(this, null);
            Add(field.GetCustomAttributes());
        }

        foreach (PropertyDefinitionHandle handle in definition.GetProperties())
        {
            PropertyDefinition property = reader.GetPropertyDefinition(handle);
            property.DecodeSignature(this, null);
            Add(property.GetCustomAttributes());
        }

        foreach (EventDefinitionHandle handle in definition.GetEvents())
        {
            EventDefinition @event = reader.GetEventDefinition(handle);
            Add(@event.Type);
            Add(@event.GetCustomAttributes());
        }

        foreach (MethodDefinitionHandle handle in definition.GetMethods())
        {
            Add(reader.GetMethodDefinition(handle));
        }

        return _types;
    }

    private void Add(MethodDefinition method)
    {
        method.DecodeSignature(this, null);
        Add(method.GetCustomAttributes());
        Add(method.GetGenericParameters());
        foreach (ParameterHandle handle in method.GetParameters())
        {
            Add(reader.GetParameter(handle).GetCustomAttributes());
        }

        if (method.RelativeVirtualAddress == 0)
        {
            return;
        }

        MethodBodyBlock body = pe.GetMethodBody(method.RelativeVirtualAddress);
        if (!body.LocalSignature.IsNil)
        {
            reader.GetStandaloneSignature(body.LocalSignature).DecodeLocalSignature(this, null);
        }

        foreach (ExceptionRegion region in body.ExceptionRegions)
        {
            Add(region.CatchType);
        }

        AddInstructions(body.GetILReader());
    }

    private void AddInstructions(BlobReader code)
    {
        while (code.RemainingBytes > 0)
        {
            int value = code.ReadByte();
            switch (Operands[value == 0xFE ? 0xFE00 | code.ReadByte() : value])
            {
                case OperandType.InlineNone:
                    break;
                case OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar:
                    code.Offset += sizeof(byte);
                    break;
                case OperandType.InlineVar:
                    code.Offset += sizeof(short);
                    break;
                case OperandType.InlineI8 or OperandType.InlineR:
                    code.Offset += sizeof(long);
                    break;
                case OperandType.InlineSwitch:
                    int targets = code.ReadInt32();
                    code.Offset += targets * sizeof(int);
                    break;
                case OperandType.InlineField or OperandType.InlineMethod or OperandType.InlineTok or OperandType.InlineType
                    or OperandType.InlineSig:
                    Add(MetadataTokens.EntityHandle(code.ReadInt32()));
                    break;
                default:
                    code.Offset += sizeof(int);
                    break;
            }
        }
    }

    private void Add(EntityHandle entity)
    {
        switch (entity.Kind)
        {
            case HandleKind.TypeDefinition when !entity.IsNil:
                _types.Add((TypeDefinitionHandle)entity);
                break;
            case HandleKind.TypeSpecification:
                reader.GetTypeSpecification((TypeSpecificationHandle)entity).DecodeSignature(this, null);
                break;
            case HandleKind.FieldDefinition:
                Add(reader.GetFieldDefinition((FieldDefinitionHandle)entity).GetDeclaringType());
                break;
            case HandleKind.MethodDefinition:
                Add(reader.GetMethodDefinition((MethodDefinitionHandle)entity).GetDeclaringType());
                break;
            case HandleKind.MethodSpecification:
                MethodSpecification method = reader.GetMethodSpecification((MethodSpecificationHandle)entity);
                method.DecodeSignature(this, null);
                Add(method.Method);
                break;
            case HandleKind.MemberReference:
                Add(reader.GetMemberReference((MemberReferenceHandle)entity).Parent);
                break;
            case HandleKind.StandaloneSignature:
                reader.GetStandaloneSignature((StandaloneSignatureHandle)entity).DecodeMethodSignature(this, null);
                break;
        }
    }

    private void Add(GenericParameterHandleCollection parameters)
    {
        foreach (GenericParameterHandle handle in parameters)
        {
            GenericParameter parameter = reader.GetGenericParameter(handle);
            Add(parameter.GetCustomAttributes());
            foreach (GenericParameterConstraintHandle constraint in parameter.GetConstraints())
            {
                Add(reader.GetGenericParameterConstraint(constraint).Type);
            }
        }
    }

    private void Add(CustomAttributeHandleCollection attributes)
    {
        foreach (CustomAttributeHandle handle in attributes)
        {
            CustomAttribute attribute = reader.GetCustomAttribute(handle);
            Add(attribute.Constructor);
            attribute.DecodeValue(this);
        }
    }

    // What follows is called for each type within a signature or an attribute; only definitions matter.

    string ISimpleTypeProvider<string>.GetTypeFromDefinition(MetadataReader reader, TypeDefinitionHandle handle, byte rawTypeKind)
    {
        _types.Add(handle);
        return Other;
    }

    string ISimpleTypeProvider<string>.GetTypeFromReference(MetadataReader reader, TypeReferenceHandle handle, byte rawTypeKind)
    {
        System.Reflection.Metadata.TypeReference type = reader.GetTypeReference(handle);
        return $"{reader.GetString(type.Namespace)}.{reader.GetString(type.Name)}";
    }

    string ISignatureTypeProvider<string, object?>.GetTypeFromSpecification(
        MetadataReader reader, object? genericContext, TypeSpecificationHandle handle, byte rawTypeKind)
    {
        Add(handle);
        return Other;
    }

    // A type as an attribute's argument is a text: "Space.Outer+Inner" or "Space.List`1[[Space.Item, Assembly]]".
    string ICustomAttributeTypeProvider<string>.GetTypeFromSerializedName(string name)
    {
        string[] names = name.Split(['[', ']', ','], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        foreach (TypeDefinitionHandle type in reader.TypeDefinitions)
        {
            if (names.Contains(CompiledAssembly.FullName(reader, type)))
            {
                _types.Add(type);
            }
        }

        return Other;
    }

    PrimitiveTypeCode ICustomAttributeTypeProvider<string>.GetUnderlyingEnumType(string type) => PrimitiveTypeCode.Int32;

    bool ICustomAttributeTypeProvider<string>.IsSystemType(string type) => type == SystemType;

    string ICustomAttributeTypeProvider<string>.GetSystemType() => SystemType;

    string ISimpleTypeProvider<string>.GetPrimitiveType(PrimitiveTypeCode typeCode) => Other;

    string IConstructedTypeProvider<string>.GetArrayType(string elementType, ArrayShape shape) => Other;

    string IConstructedTypeProvider<string>.GetByReferenceType(string elementType) => Other;

    string IConstructedTypeProvider<string>.GetGenericInstantiation(string genericType, ImmutableArray<string> typeArguments) => Other;

    string IConstructedTypeProvider<string>.GetPointerType(string elementType) => Other;

    string ISZArrayTypeProvider<string>.GetSZArrayType(string elementType) => Other;

    string ISignatureTypeProvider<string, object?>.GetFunctionPointerType(MethodSignature<string> signature) => Other;

    string ISignatureTypeProvider<string, object?>.GetGenericMethodParameter(object? genericContext, int index) => Other;

    string ISignatureTypeProvider<string, object?>.GetGenericTypeParameter(object? genericContext, int index) => Other;

    string ISignatureTypeProvider<string, object?>.GetModifiedType(string modifier, string unmodifiedType, bool isRequired) => Other;

    string ISignatureTypeProvider<string, object?>.GetPinnedType(string elementType) => Other;
}
