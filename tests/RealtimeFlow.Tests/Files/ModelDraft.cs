using System.Globalization;
using System.Text;
using RealtimeFlow.Base;
using RealtimeFlow.Flows;

namespace RealtimeFlow.Tests.Files;

/// <summary>A model file in parts: sound at first, in one of the many spellings that the format allows, then with any number of lies.</summary>
internal sealed class ModelDraft
{
    private static readonly string[] OddTypes = ["F16", "BF16", "I64", "f32", "", "F32 ", "F\\u0033", "\\n"];
    private static readonly string[] OddLists = ["[]", "[0]", "[1,1]", "[1.0]", "[-1]", "[1e0]", "null", "\"1\"", "[[1]]", "{}", "[1,1,1,1,1,1,1,1,1]", "[9223372036854775807]", "[4294967296,4294967296]"];
    private static readonly string[] OddNumbers = ["-1", "0.5", "1e3", "2147483648", "9223372036854775807", "9223372036854775808", "null", "\"4\"", "[4]", "4,4"];
    private static readonly string[] OddNames = ["base.mean", "base.location", "base.center", "base.degrees_of_freedom", "layers.0.w", "layers.0.s", "layers.00.w", "layers.99.w", "layers.2147483648.w", "layers.0.W", "", "\\u0000", "__metadata__ ", "é"];
    private static readonly string[] OddWords = ["", "0", "-1", "2", "02", "1.0", "2147483647", "2147483648", "planar", "planar,", ",radial", "uniform", "student-t", "gaussian", "normalizing", "Gaussian", "\\u202e", "a\\nb"];
    private static readonly double[] OddValues = [double.NaN, double.PositiveInfinity, -1e30, 1e30, 1e39, -3, -1, 0, 1e-45, 100, -100];

    private readonly List<KeyValuePair<string, string>> _metadata = [];
    private readonly List<Entry> _entries = [];
    private readonly List<byte> _data = [];
    private string _after = "";
    private long? _length;

    public byte[] Data => [.. _data];

    public static ModelDraft Sound(System.Random random)
    {
        ModelDraft draft = new();
        int dimension = random.Next(20) == 0 ? random.Next(1, 100) : random.Next(1, 6);
        BaseKind kind = ByteMutator.Pick(random, ModelBytes.Bases);
        LayerKind[] layers = random.GetItems(LayerKind.All.ToArray(), random.Next(50) == 0 ? random.Next(100) : random.Next(5));
        draft._metadata.AddRange(
        [
            new("format", "realtimeflow"), new("version", "1"), new("dimension", Text(dimension)), new("direction", random.Next(2) == 0 ? "generative" : "normalizing"),
            new("base", kind.Name), new("layers", string.Join(',', layers.AsEnumerable())),
        ]);
        List<(string Name, double[] Numbers, bool IsDouble)> tensors =
        [
            ($"base.{kind.LocationName}", Draw(random, dimension, 10), random.Next(3) == 0),
            ($"base.{kind.ScaleName}", Draw(random, dimension, 3), random.Next(3) == 0),
        ];
        if (kind.DegreesOfFreedom != null)
        {
            tensors.Add(("base.degrees_of_freedom", [1 + (random.NextDouble() * 100)], random.Next(3) == 0));
        }

        for (int layer = 0; layer < layers.Length; layer++)
        {
            string prefix = $"layers.{Text(layer)}.";
            bool isDouble = random.Next(3) == 0;
            double[] stored(double[] numbers) => isDouble ? numbers : [.. numbers.Select(number => (double)(float)number)];
            double s;
            if (layers[layer] == LayerKind.Planar)
            {
                double[] w = stored(Draw(random, dimension, 2)), u = stored(Draw(random, dimension, 2));
                s = 1 + w.Zip(u, (a, b) => a * b).Sum();
                (u, s) = s > 0.01 ? (u, s) : (new double[dimension], 1);
                tensors.AddRange([($"{prefix}w", w, isDouble), ($"{prefix}u", u, isDouble), ($"{prefix}b", Draw(random, 1, 2), isDouble)]);
            }
            else
            {
                double[] alpha = stored([0.1 + random.NextDouble()]), beta = stored([random.NextDouble() - (alpha[0] / 2)]);
                s = alpha[0] + beta[0];
                tensors.AddRange([($"{prefix}center", Draw(random, dimension, 10), isDouble), ($"{prefix}alpha", alpha, isDouble), ($"{prefix}beta", beta, isDouble)]);
            }

            if (random.Next(3) > 0)
            {
                tensors.Add(($"{prefix}s", [s], random.Next(2) == 0));
            }
        }

        // The order of the entries has nothing to do with that of the data.
        (string, double[], bool)[] order = [.. tensors];
        random.Shuffle(order);
        foreach ((string name, double[] numbers, bool isDouble) in order)
        {
            draft.Add(name, numbers, isDouble);
        }

        for (int i = random.Next(3); i > 0; i--)
        {
            int from = random.Next(draft._entries.Count);
            Entry moved = draft._entries[from];
            draft._entries.RemoveAt(from);
            draft._entries.Insert(random.Next(draft._entries.Count + 1), moved);
        }

        if (random.Next(4) == 0)
        {
            draft._metadata.Insert(random.Next(7), new("by", "somebod\\u00ff é \\\" 😀"));
        }

        return draft;
    }

    public void Lie(System.Random random)
    {
        int i = _entries.Count == 0 ? -1 : random.Next(_entries.Count);
        Entry? entry = i < 0 ? null : _entries[i];
        int word = _metadata.Count == 0 ? -1 : random.Next(_metadata.Count);
        switch (random.Next(18))
        {
            case 0:
                entry?.Type = ByteMutator.Pick(random, OddTypes);
                break;
            case 1:
                entry?.Shape = ByteMutator.Pick(random, OddLists);
                break;
            case 2:
                entry?.Offsets = $"[{ByteMutator.Pick(random, OddNumbers)},{ByteMutator.Pick(random, OddNumbers)}]";
                break;
            case 3:
                entry?.Offsets = _entries[random.Next(_entries.Count)].Offsets;
                break;
            case 4:
                entry?.Name = ByteMutator.Pick(random, OddNames);
                break;
            case 5 when entry != null:
                // As long as the whole list of layers may be, and longer; rarely, so that most inputs stay short.
                entry.Name += new string('n', random.Next(100) == 0 ? random.Next(1_000_000) : random.Next(2000));
                break;
            case 6 when entry != null:
                _entries.Add(entry);
                break;
            case 7 when entry != null:
                _entries.RemoveAt(i);
                break;
            case 8 when word >= 0:
                _metadata[word] = new(_metadata[word].Key, ByteMutator.Pick(random, OddWords));
                break;
            case 9 when word >= 0:
                _metadata.RemoveAt(word);
                break;
            case 10 when word >= 0:
                _metadata.Add(_metadata[word]);
                break;
            case 11:
                entry?.Put(_data, ByteMutator.Pick(random, OddValues));
                break;
            case 12:
                _length = ByteMutator.Pick(random, [0L, 1, 2, 100_000_001, 1L << 40, long.MaxValue, -1, random.Next(1000)]);
                break;
            case 13:
                _data.AddRange(new byte[random.Next(1, 20)]);
                break;
            case 14 when _data.Count > 0:
                _data.RemoveRange(_data.Count - 1, 1);
                break;
            case 15 when word >= 0:
                int names = random.Next(20) == 0 ? random.Next(150_000) : random.Next(100);
                _metadata[word] = new(_metadata[word].Key, string.Join(',', Enumerable.Repeat("planar", names)));
                break;
            case 16:
                _after = ByteMutator.Pick(random, ["{}", ",", "x", "\\u0000", new string(' ', 5000), new string(' ', 5000) + "1"]);
                break;
            default:
                entry?.More = ByteMutator.Pick(random, [",\"x\":1", ",\"dtype\":\"F32\"", ",\"shape\":[1]", $",\"x\":{new string('[', 100)}", ",", "{"]);
                break;
        }
    }

    public byte[] Build(System.Random random)
    {
        byte[] file = Join(Header(random), Data);
        BitConverter.GetBytes(_length ?? BitConverter.ToInt64(file)).CopyTo(file, 0);
        return file;
    }

    public byte[] Header(System.Random random)
    {
        string space = ByteMutator.Pick(random, ["", "", "", " ", "\n  ", "\r\n\t"]);
        string metadata = $"\"__metadata__\":{space}{{{string.Join($",{space}", _metadata.Select(word => $"\"{word.Key}\":{space}\"{word.Value}\""))}}}";
        List<string> entries = [.. _entries.Select(entry => entry.Text(random, space))];
        entries.Insert(random.Next(3) == 0 ? random.Next(entries.Count + 1) : 0, metadata);
        return Encoding.UTF8.GetBytes($"{{{space}{string.Join($"{space},{space}", entries)}{space}}}{_after}{new string(' ', random.Next(9))}");
    }

    public static byte[] Join(byte[] header, byte[] data) => [.. BitConverter.GetBytes((long)header.Length), .. header, .. data];

    private void Add(string name, double[] numbers, bool isDouble)
    {
        Entry entry = new()
        {
            Name = name,
            Type = isDouble ? "F64" : "F32",
            Shape = $"[{Text(numbers.Length)}]",
            Begin = _data.Count,
            IsDouble = isDouble,
        };
        foreach (double number in numbers)
        {
            _data.AddRange(isDouble ? BitConverter.GetBytes(number) : BitConverter.GetBytes((float)number));
        }

        entry.Offsets = $"[{Text(entry.Begin)},{Text(_data.Count)}]";
        _entries.Add(entry);
    }

    private static double[] Draw(System.Random random, int count, double scale) =>
        [.. Enumerable.Range(0, count).Select(_ => scale * ((2 * random.NextDouble()) - 1))];

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private sealed class Entry
    {
        public string Name { get; set; } = "";

        public string Type { get; set; } = "";

        public string Shape { get; set; } = "";

        public string Offsets { get; set; } = "";

        public string More { get; set; } = "";

        public int Begin { get; init; }

        public bool IsDouble { get; init; }

        public void Put(List<byte> data, double number)
        {
            byte[] bytes = IsDouble ? BitConverter.GetBytes(number) : BitConverter.GetBytes((float)number);
            for (int i = 0; i < bytes.Length && Begin + i < data.Count; i++)
            {
                data[Begin + i] = bytes[i];
            }
        }

        public string Text(System.Random random, string space)
        {
            string[] parts = [$"\"dtype\":{space}\"{Type}\"", $"\"shape\":{space}{Shape}", $"\"data_offsets\":{space}{Offsets}"];
            random.Shuffle(parts);
            string name = random.Next(20) == 0 ? Name.Replace("s", "\\u0073", StringComparison.Ordinal) : Name;
            return $"\"{name}\":{space}{{{string.Join(',', parts)}{More}}}";
        }
    }
}
