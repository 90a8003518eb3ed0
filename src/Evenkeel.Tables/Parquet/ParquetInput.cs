namespace Evenkeel.Tables.Parquet;

/// <summary>A Parquet file.</summary>
internal sealed class ParquetInput : TableReader
{
    public ParquetInput(string name, FileStream file, IReadOnlyList<byte[]> missing) => throw new InvalidDataException("is a Parquet file, which is not read yet");
    public override string Name => throw new NotImplementedException();
    public override IReadOnlyList<string> Columns => throw new NotImplementedException();
    public override long? Length => throw new NotImplementedException();
    public override long Position => throw new NotImplementedException();
    internal override string LocationWord => throw new NotImplementedException();
    internal override TableChunk CreateChunk(IReadOnlyList<int> columns) => throw new NotImplementedException();
    internal override bool Fill(TableChunk chunk) => throw new NotImplementedException();
    internal override TableChunk Peek() => throw new NotImplementedException();
}
