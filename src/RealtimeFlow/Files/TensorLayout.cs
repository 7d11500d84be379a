namespace RealtimeFlow.Files;

/// <summary>Which tensors a safetensors file of a kind has. Each has a slot, a number from 0; one that a file has no tensor for has length 0.</summary>
internal abstract class TensorLayout
{
    /// <summary>What files of this kind are, as the end of "is no tensor of".</summary>
    public abstract string Description { get; }

    /// <summary>The number of slots.</summary>
    public abstract int Slots { get; }

    /// <summary>Whether numbers of the other float type are read, too: F64 rounded to F32, F32 as it is.</summary>
    public virtual bool Converts => false;

    /// <summary>The slot of the tensor of a name, −1 where there is none.</summary>
    /// <param name="name">UTF-8.</param>
    public abstract int Find(ReadOnlySpan<byte> name);

    /// <summary>The name of a slot's tensor.</summary>
    public abstract string NameOf(int slot);

    /// <summary>The length of a slot's tensor; 0 where there is none.</summary>
    public abstract int LengthOf(int slot);

    /// <summary>The bytes of each of a slot's numbers: 4 (F32) or 8 (F64).</summary>
    public abstract int BytesOf(int slot);

    /// <summary>The columns of a slot's tensor where that is a matrix; 0 where it is a list.</summary>
    public virtual int ColumnsOf(int slot) => 0;

    /// <summary>The shape of a slot's tensor, as a header spells it.</summary>
    public string ShapeOf(int slot) =>
        ColumnsOf(slot) is int columns and > 0 ? $"[{LengthOf(slot) / columns}, {columns}]" : $"[{LengthOf(slot)}]";

    /// <summary>Whether a file that is read may lack a slot's tensor.</summary>
    public virtual bool IsOptional(int slot) => false;

    /// <summary>The name of the type of numbers of so many bytes.</summary>
    public static string TypeName(int bytes) => bytes == sizeof(float) ? "F32" : "F64";
}
