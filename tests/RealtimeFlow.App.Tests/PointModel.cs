using System.Runtime.InteropServices;
using RealtimeFlow.Density;
using RealtimeFlow.Files;
using RealtimeFlow.Flows;
using RealtimeFlow.Random;

namespace RealtimeFlow.App.Tests;

/// <summary>A model in a folder of its own, the same each time, and arrays beside it.</summary>
internal sealed class PointModel : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public PointModel(int dimension, string formula = "planar:3,radial:2", FlowDirection direction = FlowDirection.Generative)
    {
        FlowShape shape = FlowShape.Parse(formula, dimension);
        float[] parameters = new float[shape.ParameterCount];
        new RandomStream(3, 0).FillNormal(0, parameters);
        for (int layer = 0; layer < shape.LayerCount; layer++)
        {
            Span<float> numbers = parameters.AsSpan(shape.Layer(layer));
            if (shape.Layers[layer] == LayerKind.Planar)
            {
                // û along w makes s = 1 + ‖w‖²/2: far from a fold.
                for (int i = 0; i < dimension; i++)
                {
                    numbers[dimension + i] = numbers[i] / 2;
                }
            }
            else
            {
                (numbers[dimension], numbers[dimension + 1]) = (1.5f, -0.5f);
            }
        }

        Flow = new FlowDistribution(shape, parameters, direction);
        ModelFile.Write(Path, Flow);
    }

    public FlowDistribution Flow { get; }

    public string Folder => _folder.Path;

    public string Path => File("model.safetensors");

    public int Dimension => Flow.Shape.Dimension;

    /// <summary>The names of all files beside the model.</summary>
    public string[] Others => [.. Directory.GetFileSystemEntries(Folder).Where(path => path != Path).Select(path => System.IO.Path.GetFileName(path)).Order()];

    public string File(string name) => _folder.File(name);

    public void Dispose() => _folder.Dispose();

    /// <summary>Runs a verb on the model; @ stands for the folder.</summary>
    public Rtflow Run(string line) => Rtflow.Run([.. Words(line)]);

    public IEnumerable<string> Words(string line)
    {
        string[] words = line.Split(' ');
        return [words[0], "--model", Path, .. words[1..].Select(word => word.StartsWith('@') ? File(word[1..]) : word)];
    }

    /// <summary>Runs a verb that succeeds.</summary>
    public void Do(string line)
    {
        Rtflow run = Run(line);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
    }

    public float[] Read(string name, int columns)
    {
        using PointReader reader = PointReader.Open(File(name));
        Assert.Equal(columns, reader.Dimension);
        List<float> rows = [];
        float[] buffer = new float[1000 * columns];
        for (int count; (count = reader.Read(buffer)) > 0;)
        {
            rows.AddRange(buffer.AsSpan(0, count * columns));
        }

        return [.. rows];
    }

    public void Write(string name, int columns, float[] rows) => AtomicFile.Write(File(name), stream =>
    {
        PointWriter writer = PointWriter.Create(stream, name, columns);
        writer.Write(rows);
        writer.Complete();
    });

    /// <summary>Row-major to coordinate-major, or back with the count for the columns.</summary>
    public static float[] Transposed(float[] matrix, int columns)
    {
        int rows = matrix.Length / columns;
        return [.. Enumerable.Range(0, matrix.Length).Select(i => matrix[((i % rows) * columns) + (i / rows)])];
    }

    public static void AssertSameBits(float[] expected, float[] actual) =>
        Assert.Equal(MemoryMarshal.AsBytes(expected.AsSpan()).ToArray(), MemoryMarshal.AsBytes(actual.AsSpan()).ToArray());
}
