using System.Globalization;
using System.Text;
using RealtimeFlow.App;

namespace RealtimeFlow.Benchmarks.Curves;

/// <summary>The curves as Markdown: a table an axis, and what makes its shape.</summary>
internal static class CurvesText
{
    /// <summary>The whole file.</summary>
    public static string Of(CostAxis[] axes, int rounds, bool quick)
    {
        BenchMachine machine = App.Benchmarking.Machine.Describe([]);
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"""
            # What a particle-layer costs

            {machine.Cpu}, {machine.Cores} cores; {machine.Runtime}; {machine.Os}; kernels of {machine.VectorWidth} bits.
            Medians of {rounds} rounds over all points, so that no drift of the machine looks like a cliff.
            `dotnet run -c Release --project benchmarks/RealtimeFlow.Benchmarks -- curves{(quick ? " --quick" : "")}`

            `forward` is `FlowDistribution.Transform` from memory into memory with ln det, in blocks of 16,384 particles that threads share;
            `training` is a step of `Trainer` on a standard normal target: noise, base, forward, target, backward, optimiser.

            """);
        foreach (CostAxis axis in axes)
        {
            string[] curves = [.. axis.Points.Select(point => point.Curve).Distinct()];
            text.Append(CultureInfo.InvariantCulture, $"\n## {axis.Title}\n\n{axis.Remark}\n\n![{axis.Title}]({axis.Picture})\n\n{axis.Unit}:\n\n");
            text.Append(CultureInfo.InvariantCulture, $"| {axis.Quantity} | {string.Join(" | ", curves)} |\n|---:|{string.Concat(curves.Select(_ => "---:|"))}\n");
            foreach (IGrouping<int, CostPoint> row in axis.Points.GroupBy(point => point.X).OrderBy(row => row.Key))
            {
                IEnumerable<string> cells = curves.Select(curve =>
                    row.FirstOrDefault(point => point.Curve == curve)?.Nanoseconds.ToString("0.000", CultureInfo.InvariantCulture) ?? "");
                text.Append(CultureInfo.InvariantCulture, $"| {row.Key:N0} | {string.Join(" | ", cells)} |\n");
            }
        }

        return text.ToString();
    }
}
