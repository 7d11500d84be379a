using System.Globalization;
using System.Text;
using RealtimeFlow.Files;

namespace RealtimeFlow.Tests.Files;

public sealed class PointFuzzTests
{
    private static readonly string[] OddFields =
    [
        "", "x", "nan", "-inf", "Infinity", "1e39", "1e999999999", "0x1", "1_0", "1 2", "\"1\"", "1;2", "--1", "1e", ".", "é", "😀", "\0", "1\0", "NULL", "+-1", "٣",
    ];

    [Fact]
    public void Every_array_file_is_read_soundly_or_refused_in_a_line_with_bounded_time_and_memory() =>
        FileFuzz.Run(
            new PointFuzz("points.npy", Npy, ["'descr'", "'<f4'", "'<f8'", "'>f4'", "'fortran_order'", "False", "True", "'shape'", "(2, 2)", "(3,)", "(0, 1)", "'|O'", "\u0093NUMPY"]),
            leastAccepted: 0.2,
            leastRefused: 0.4,
            "truncated", "oversized", "expected 1.0, 2.0 or 3.0", "has dtype", "big-endian", "Fortran order", "several fields", "more than two axes", "columns: expected from 1 to",
            "a single number", "second or unknown entry", "needs descr", "more than an array of points needs", "is not finite", "is neither a NumPy array", "at its byte");

    [Fact]
    public void Every_table_file_is_read_soundly_or_refused_in_a_line_with_bounded_time_and_memory() =>
        FileFuzz.Run(
            new PointFuzz("points.csv", Csv, ["x,y\n", "1,2\n", "-0.5e-3", "\ufeff", "nan", "inf", "\"", ";"]),
            leastAccepted: 0.2,
            leastRefused: 0.4,
            "is empty: expected a row", "line 1 is empty", "expected a header or a row of numbers", "more columns than line 1", "fewer columns than line 1", "is not finite",
            "is not a number", "is empty: expected a number", "which no number needs", "is empty, but not the last", "line 1 has more than");

    /// <summary>An array as numpy or somebody else could have written it, with so many faults.</summary>
    private static byte[] Npy(System.Random random, int faults)
    {
        int columns = random.Next(20) == 0 ? random.Next(1, 300) : random.Next(1, 5), rows = random.Next(4) == 0 ? 0 : random.Next(12);
        bool isDouble = random.Next(2) == 0, isList = random.Next(3) == 0;
        string type = isDouble ? "'<f8'" : "'<f4'", shape = isList ? Text($"({rows},)") : Text($"({rows}, {columns})"), order = "False", more = "";
        int missing = 0;
        byte[] version = [(byte)random.Next(1, 4), 0];
        List<byte> data = [];
        for (int i = 0; i < rows * (isList ? 1 : columns); i++)
        {
            double number = (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-8, 9));
            data.AddRange(isDouble ? BitConverter.GetBytes(number) : BitConverter.GetBytes((float)number));
        }

        long? length = null;
        for (; faults > 0; faults--)
        {
            switch (random.Next(9))
            {
                case 0:
                    type = ByteMutator.Pick(random, ["'>f4'", "'>f8'", "'|u1'", "'<f2'", "'<i4'", "float32", "''", "'<f44'", "[('x', '<f4')]", $"'{new string('x', random.Next(2000))}'"]);
                    break;
                case 1:
                    shape = ByteMutator.Pick(random, ["()", "(0)", "(1)", "(2, 2, 2)", "(-1, 2)", "(9223372036854775807, 65536)", "(9223372036854775808, 1)", "(1, 65537)", "(1, 0)", "(1,,)", "[2, 2]", "(1.0, 2)", "(01, 2)", "(2L, 2L)"]);
                    break;
                case 2:
                    order = ByteMutator.Pick(random, ["True", "true", "0", "None", "'False'"]);
                    break;
                case 3:
                    more = ByteMutator.Pick(random, ["'x': 1, ", "'descr': '<f4', ", "'shape': (1,), ", "}", "{", "#", new string(' ', random.Next(70_000))]);
                    break;
                case 4:
                    version = [(byte)random.Next(256), (byte)random.Next(2)];
                    break;
                case 5:
                    length = ByteMutator.Pick<long>(random, [0, 1, 65_535, 65_536, uint.MaxValue, random.Next(300)]);
                    break;
                case 6:
                    missing = 1;
                    break;
                case 7 when data.Count >= sizeof(double):
                    byte[] odd = isDouble ? BitConverter.GetBytes(random.Next(2) == 0 ? double.NaN : -1e39) : BitConverter.GetBytes(float.NegativeInfinity);
                    int at = random.Next(data.Count / odd.Length) * odd.Length;
                    data.RemoveRange(at, odd.Length);
                    data.InsertRange(at, odd);
                    break;
                default:
                    data.AddRange(new byte[random.Next(1, 10)]);
                    break;
            }
        }

        string[] entries = [$"'descr': {type}", $"'fortran_order': {order}", $"'shape': {shape}"];
        random.Shuffle(entries);
        string header = $"{{{string.Join(", ", entries.Skip(missing))}, {more}}}{new string(' ', random.Next(60))}\n";
        header = random.Next(3) == 0 ? header.Replace('\'', '"') : header;
        byte[] lengthBytes = BitConverter.GetBytes((uint)(length ?? header.Length));
        return [0x93, .. "NUMPY"u8, .. version, .. version[0] == 1 ? lengthBytes[..2] : lengthBytes, .. Encoding.UTF8.GetBytes(header), .. data];
    }

    /// <summary>A table in one of the spellings that are read, with so many faults.</summary>
    private static byte[] Csv(System.Random random, int faults)
    {
        int columns = faults > 0 && random.Next(1000) == 0 ? 66_000 : random.Next(20) == 0 ? random.Next(1, 300) : random.Next(1, 5), rows = random.Next(1, 12);
        string end = random.Next(2) == 0 ? "\n" : "\r\n", space = ByteMutator.Pick(random, ["", "", " ", "\t"]);
        List<List<string>> lines = [];
        for (int row = 0; row < (columns > PointReader.MostColumns ? 1 : rows); row++)
        {
            lines.Add([.. Enumerable.Range(0, columns).Select(_ => Number(random))]);
        }

        if (random.Next(2) == 0)
        {
            lines.Insert(0, [.. Enumerable.Range(0, columns).Select(column => Text($"x{column}"))]);
        }

        for (; faults > 0; faults--)
        {
            List<string> line = ByteMutator.Pick(random, lines);
            int at = random.Next(line.Count + 1);
            switch (random.Next(6))
            {
                case 0 when at < line.Count:
                    line[at] = ByteMutator.Pick(random, OddFields);
                    break;
                case 1:
                    line.Insert(at, "1");
                    break;
                case 2 when at < line.Count:
                    line.RemoveAt(at);
                    break;
                case 3:
                    line.Clear();
                    break;
                case 4:
                    line.Insert(at, new string('1', random.Next(random.Next(100) == 0 ? 200_000 : 3000)));
                    break;
                default:
                    lines.Insert(random.Next(lines.Count + 1), [.. Enumerable.Repeat("1", random.Next(4))]);
                    break;
            }
        }

        string text = string.Join(end, lines.Select(line => string.Join($"{space},{space}", line)));
        return Encoding.UTF8.GetBytes($"{(random.Next(4) == 0 ? "\ufeff" : "")}{text}{(random.Next(2) == 0 ? end : "")}");
    }

    private static string Number(System.Random random)
    {
        double number = (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-8, 9));
        string text = number.ToString(ByteMutator.Pick(random, ["R", "f3", "e4", "0.######E+0"]), CultureInfo.InvariantCulture);
        return number > 0 && random.Next(8) == 0 ? $"+{text}" : text;
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed class PointFuzz(string name, Func<System.Random, int, byte[]> make, string[] words) : IFuzzedFormat
    {
        [ThreadStatic]
        private static float[]? Rows;

        public byte[] Make(System.Random random, out bool sound)
        {
            int kind = random.Next(100);
            byte[] file = make(random, kind is >= 25 and < 60 ? random.Next(1, 4) : 0);
            sound = kind < 25;
            Rows ??= new float[PointReader.MostColumns];
            return kind >= 97 ? ByteMutator.Noise(random, random.Next(300))
                : kind >= 90 ? ByteMutator.Flip(random, file)
                : kind >= 60 ? ByteMutator.Spoil(random, file, words, make(random, 0))
                : file;
        }

        public object Read(byte[] file)
        {
            using PointReader reader = PointReader.Open(new MemoryStream(file), name);
            Span<float> rows = Rows.AsSpan(0, reader.Dimension);
            while (reader.Read(rows) > 0)
            {
                foreach (float number in rows)
                {
                    if (!float.IsFinite(number))
                    {
                        throw new InvalidOperationException($"the reader gave {number}");
                    }
                }
            }

            return name;
        }

        public void CheckSound(object value, byte[] file)
        {
            (float[] rows, int dimension, long? count) = PointFiles.Read(file, name, rowsAtOnce: 3);
            Assert.Equal(count ?? (rows.Length / dimension), rows.Length / dimension);
            foreach (string copy in rows.Length > 0 ? ["a.npy", "a.csv"] : new[] { "a.npy" })
            {
                (float[] again, int columns, _) = PointFiles.Read(PointFiles.Write(copy, dimension, rows), copy);
                Assert.Equal(dimension, columns);
                PointFiles.AssertSameBits(rows, again);
            }
        }
    }
}
