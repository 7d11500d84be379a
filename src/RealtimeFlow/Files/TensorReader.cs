using System.Buffers.Binary;
using System.Globalization;
using System.Numerics;
using System.Text.Json;
using RealtimeFlow.Base;

namespace RealtimeFlow.Files;

/// <summary>Reads the metadata of a header, which tell which tensors there have to be.</summary>
/// <param name="header">The header from its beginning.</param>
/// <param name="headerLength">Its length in bytes.</param>
/// <param name="dataLength">The bytes of the tensors.</param>
internal delegate TensorLayout LayoutReader(ref TensorHeader header, long headerLength, long dataLength);

/// <summary>
/// Reads a safetensors file, taking nothing on trust. What it allocates is no more than the file's length and 1 MiB, whatever the file:
/// the header passes through a buffer twice. Its metadata tell which tensors there have to be; then each of its entries finds its slot
/// among them, in arrays whose lengths the header's own length justifies.
/// </summary>
internal sealed class TensorReader(Stream stream)
{
    // The published format's own limit.
    private const long MostHeaderBytes = 100_000_000;

    // Room for the longest text with escapes that is understood.
    private const int MostEscapedText = 4096;

    private long _headerLength;
    private byte[] _buffer = [];
    private TensorLayout _layout = null!;

    // By slot: where the tensor begins in the data, and the bytes of each of its numbers; 0 if the file does not have it.
    private long[] _begins = [];
    private byte[] _widths = [];

    private delegate void HeaderReader(ref TensorHeader header);

    private long DataStart => TensorHeader.Start + _headerLength;

    private long DataLength => stream.Length - DataStart;

    /// <summary>Reads a file by its name.</summary>
    /// <exception cref="FileFormatException">It is not sound; the message names the file, the tensor and the reason.</exception>
    /// <exception cref="IOException">It cannot be read; the message names the file.</exception>
    public static T ReadFile<T>(string path, Func<Stream, T> read)
    {
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            return ReadStream(stream, read);
        }
        catch (FileFormatException exception)
        {
            throw new FileFormatException($"{path}: {exception.Message}", exception);
        }
        catch (UnauthorizedAccessException exception)
        {
            throw new IOException(
                Directory.Exists(path) ? $"Cannot read '{path}': it is a folder." : $"Cannot read '{path}': permission denied.", exception);
        }
    }

    /// <summary>Reads a stream that can seek, from its beginning to its end.</summary>
    /// <exception cref="FileFormatException">It is not sound; the message names the tensor and the reason.</exception>
    public static T ReadStream<T>(Stream stream, Func<Stream, T> read)
    {
        try
        {
            return read(stream);
        }
        catch (EndOfStreamException exception)
        {
            throw new FileFormatException("the file became shorter while it was read", exception);
        }
    }

    /// <summary>Reads the header, and finds every tensor in its place.</summary>
    /// <exception cref="FileFormatException">The file is not sound; the message names the tensor and the reason.</exception>
    public void ReadHeader(LayoutReader readLayout)
    {
        ReadLength();
        Pass((ref header) => _layout = readLayout(ref header, _headerLength, DataLength));
        Pass(ReadTensors);
        CheckPlaces();
    }

    /// <summary>The text of a key of the metadata; null where there is none.</summary>
    /// <exception cref="FileFormatException">The header is not that of a safetensors file.</exception>
    public string? FindMetadata(string key)
    {
        string? found = null;
        ReadLength();
        Pass((ref header) => found = header.FindMetadata(key));
        return found;
    }

    /// <summary>Whether the file has a slot's tensor.</summary>
    public bool Has(int slot) => _widths[slot] > 0;

    /// <summary>The numbers of a slot's tensor.</summary>
    /// <exception cref="FileFormatException">One is not finite in the type that the layout gives the slot.</exception>
    public void ReadNumbers<T>(int slot, Span<T> numbers)
        where T : struct, IBinaryFloatingPointIeee754<T>
    {
        int width = _widths[slot];
        bool isSingle = _layout.BytesOf(slot) == sizeof(float);
        stream.Position = DataStart + _begins[slot];
        Span<byte> bytes = stackalloc byte[512 * sizeof(double)];
        for (int done = 0; done < numbers.Length;)
        {
            int count = Math.Min(numbers.Length - done, bytes.Length / width);
            stream.ReadExactly(bytes[..(count * width)]);
            for (int i = 0; i < count; i++, done++)
            {
                ReadOnlySpan<byte> number = bytes[(i * width)..];
                double value = width == sizeof(float)
                    ? BinaryPrimitives.ReadSingleLittleEndian(number)
                    : BinaryPrimitives.ReadDoubleLittleEndian(number);
                if (!double.IsFinite(isSingle ? (float)value : value))
                {
                    throw Refuse(_layout.NameOf(slot), $"number {done} is not finite{(isSingle ? ", or beyond float32" : "")}");
                }

                numbers[done] = T.CreateTruncating(value);
            }
        }
    }

    /// <summary>The base that the metadata name; of a Student-t one, a tensor holds the degrees of freedom.</summary>
    public BaseKind ReadBase(BaseKind named, int slot)
    {
        if (named.DegreesOfFreedom == null)
        {
            return named;
        }

        Span<float> degrees = stackalloc float[1];
        ReadNumbers(slot, degrees);
        try
        {
            return BaseKind.StudentT(degrees[0]);
        }
        catch (ArgumentOutOfRangeException exception)
        {
            throw new FileFormatException(
                string.Create(CultureInfo.InvariantCulture, $"{_layout.NameOf(slot)}: is {degrees[0]:g9}: expected from 1 to 1e6"), exception);
        }
    }

    private void Pass(HeaderReader read)
    {
        Span<byte> scratch = stackalloc byte[MostEscapedText];
        TensorHeader header = new(stream, _headerLength, _buffer, scratch);
        try
        {
            read(ref header);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // InvalidOperationException is the reader's word for an escape that is no character.
            throw new FileFormatException($"header: is not the JSON of a safetensors file, near byte {header.Place}", exception);
        }
    }

    private void ReadLength()
    {
        if (!stream.CanSeek)
        {
            throw new FileFormatException("is no plain file: it is read from a file, not from a pipe");
        }

        if (stream.Length < TensorHeader.Start)
        {
            throw Refuse("header", $"the file has {stream.Length} bytes, too few for the header's length: truncated");
        }

        Span<byte> bytes = stackalloc byte[TensorHeader.Start];
        stream.Position = 0;
        stream.ReadExactly(bytes);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        long rest = stream.Length - TensorHeader.Start;
        if (length > (ulong)Math.Min(rest, MostHeaderBytes))
        {
            throw Refuse("header", length > (ulong)rest
                ? $"announces {length} bytes, but the file has only {rest} more: truncated, or no safetensors file"
                : $"announces {length} bytes, more than the {MostHeaderBytes} that the format allows");
        }

        _headerLength = (long)length;
        _buffer = new byte[Math.Min(_headerLength, TensorHeader.MostText)];
        if ((rest - _headerLength) / sizeof(float) >= Array.MaxLength)
        {
            throw Refuse("header", $"announces {rest - _headerLength} bytes of tensors, more than this program can hold");
        }
    }

    /// <summary>Every entry has a slot, and every slot has an entry or may do without.</summary>
    private void ReadTensors(ref TensorHeader header)
    {
        _begins = new long[_layout.Slots];
        _widths = new byte[_layout.Slots];
        bool metadata = false;
        while (header.NextName())
        {
            if (header.TextIs(TensorHeader.MetadataKey))
            {
                if (metadata)
                {
                    throw Refuse(TensorHeader.MetadataKey, "is there twice");
                }

                metadata = true;
                header.SkipValue();
                continue;
            }

            int slot = _layout.Find(header.Text);
            if (slot < 0 || _widths[slot] > 0)
            {
                throw Refuse(TensorHeader.Show(header.Text), slot < 0
                    ? $"is no tensor of {_layout.Description}" : "is there twice");
            }

            TensorEntry entry = header.ReadTensor(_layout, slot);
            if (entry.End > DataLength)
            {
                throw Refuse(
                    _layout.NameOf(slot), $"ends at byte {entry.End} of the data, but the file has only {DataLength}: truncated");
            }

            _begins[slot] = entry.Begin;
            _widths[slot] = (byte)entry.Bytes;
        }

        header.ExpectEnd();
        for (int slot = 0; slot < _widths.Length; slot++)
        {
            if (_widths[slot] == 0 && _layout.LengthOf(slot) > 0 && !_layout.IsOptional(slot))
            {
                throw Refuse(_layout.NameOf(slot), "is missing");
            }
        }
    }

    /// <summary>Together the tensors cover the data once, without a gap.</summary>
    private void CheckPlaces()
    {
        int count = _widths.Length - _widths.AsSpan().Count((byte)0);
        long[] begins = new long[count];
        int[] slots = new int[count];
        for (int slot = 0, i = 0; slot < _widths.Length; slot++)
        {
            if (_widths[slot] > 0)
            {
                begins[i] = _begins[slot];
                slots[i++] = slot;
            }
        }

        Array.Sort(begins, slots);
        long end = 0;
        for (int i = 0; i < count; i++)
        {
            if (begins[i] != end)
            {
                throw Refuse(_layout.NameOf(slots[i]), begins[i] < end
                    ? $"begins at byte {begins[i]} of the data, before the tensor ahead of it ends at {end}: overlapping"
                    : $"begins at byte {begins[i]} of the data, but the tensor ahead of it ends at {end}: a gap");
            }

            end += (long)_layout.LengthOf(slots[i]) * _widths[slots[i]];
        }

        if (end != DataLength)
        {
            throw Refuse(
                "header", $"its tensors end at byte {end} of the data, but the file has {DataLength}: oversized");
        }
    }

    private static FileFormatException Refuse(string part, string reason) => TensorHeader.Refuse(part, reason);
}
