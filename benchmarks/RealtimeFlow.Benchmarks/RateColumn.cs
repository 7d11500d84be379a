using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Mathematics;
using BenchmarkDotNet.Parameters;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace RealtimeFlow.Benchmarks;

/// <summary>Particles × layers / mean, in 10⁹ a second: what one machine does, whatever the number of either.</summary>
internal sealed class RateColumn : IColumn
{
    /// <inheritdoc/>
    public string Id => nameof(RateColumn);

    /// <inheritdoc/>
    public string ColumnName => "G particle-layers/s";

    /// <inheritdoc/>
    public bool AlwaysShow => true;

    /// <inheritdoc/>
    public ColumnCategory Category => ColumnCategory.Statistics;

    /// <inheritdoc/>
    public int PriorityInCategory => 1;

    /// <inheritdoc/>
    public bool IsNumeric => true;

    /// <inheritdoc/>
    public UnitType UnitType => UnitType.Dimensionless;

    /// <inheritdoc/>
    public string Legend => "Particles x layers / mean";

    /// <inheritdoc/>
    public bool IsAvailable(Summary summary) => summary.BenchmarksCases.Any(one => one.Descriptor.Type.IsAssignableTo(typeof(IParticleLayers)));

    /// <inheritdoc/>
    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    /// <inheritdoc/>
    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) =>
        summary[benchmarkCase]?.ResultStatistics is Statistics nanoseconds && Activator.CreateInstance(benchmarkCase.Descriptor.Type) is IParticleLayers work
            ? (ParticleLayers(work, benchmarkCase.Parameters) / nanoseconds.Mean).ToString("0.000", CultureInfo.InvariantCulture)
            : "NA";

    /// <inheritdoc/>
    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

    private static long ParticleLayers(IParticleLayers work, ParameterInstances parameters)
    {
        foreach (ParameterInstance parameter in parameters.Items)
        {
            work.GetType().GetProperty(parameter.Name)!.SetValue(work, parameter.Value);
        }

        return work.ParticleLayers;
    }
}
