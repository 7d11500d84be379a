using System.Globalization;
using System.Text;
using RealtimeFlow.Files;

namespace RealtimeFlow.App.Figures;

/// <summary>The files of a figure in the folder that was asked for: all of them, or no trace of any, not even of a folder made for them.</summary>
internal sealed class FigureFiles : IDisposable
{
    private readonly string _folder;
    private readonly bool _isNew;
    private readonly List<AtomicFile> _files = [];

    /// <summary>Makes the folder where there is none, and finds out whether files can be written there.</summary>
    /// <exception cref="IOException">The folder cannot be made, or not be written to; the message names it.</exception>
    public FigureFiles(string folder)
    {
        _folder = folder;
        _isNew = !Directory.Exists(folder);
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"Cannot make the folder '{folder}': {exception.Message.ReplaceLineEndings(" ")}", exception);
        }

        AtomicFile.EnsureWritable(PathOf("figure"));
    }

    /// <summary>The names of the files, in the order in which they were added.</summary>
    public List<string> Paths { get; } = [];

    /// <summary>Writes a file, as yet without its name.</summary>
    public void Add(string name, ReadOnlySpan<byte> content)
    {
        Paths.Add(PathOf(name));
        AtomicFile file = AtomicFile.Create(Paths[^1]);
        _files.Add(file);
        file.Stream.Write(content);
    }

    /// <summary>Writes a picture, as yet without its name.</summary>
    public void AddPicture(string name, byte[] png) => Add(name, png);

    /// <summary>Writes a table, as yet without its name.</summary>
    /// <param name="name">The file's name.</param>
    /// <param name="header">The names of the columns.</param>
    /// <param name="rows">The values; what is null stays empty.</param>
    public void AddTable(string name, string[] header, IEnumerable<object?[]> rows)
    {
        StringBuilder text = new();
        text.Append(string.Join(',', header)).Append('\n');
        foreach (object?[] row in rows)
        {
            text.Append(string.Join(',', row.Select(Field))).Append('\n');
        }

        Add(name, Encoding.UTF8.GetBytes(text.ToString()));
    }

    /// <summary>Gives the files their names.</summary>
    /// <exception cref="OperationCanceledException">It was interrupted before that.</exception>
    public void Commit(CancellationToken interrupted)
    {
        _files.ForEach(file => file.Complete());
        interrupted.ThrowIfCancellationRequested();
        _files.ForEach(file => file.Commit());
    }

    /// <summary>Removes what was not committed.</summary>
    public void Dispose()
    {
        _files.ForEach(file => file.Dispose());
        if (_isNew && !Directory.EnumerateFileSystemEntries(_folder).Any())
        {
            Directory.Delete(_folder);
        }
    }

    /// <summary>A value as RFC 4180 writes it.</summary>
    private static string Field(object? value)
    {
        string text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        return text.Contains(',') ? $"\"{text}\"" : text;
    }

    private string PathOf(string name) => Path.Combine(_folder, name);
}
