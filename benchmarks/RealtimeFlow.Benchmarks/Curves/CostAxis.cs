namespace RealtimeFlow.Benchmarks.Curves;

/// <summary>Curves over one quantity: a table and a plot.</summary>
/// <param name="Title">What is measured.</param>
/// <param name="Quantity">What x is.</param>
/// <param name="Unit">What y is.</param>
/// <param name="Ticks">Where x is labelled.</param>
/// <param name="Picture">The file's name; axes of one picture stand side by side.</param>
/// <param name="Remark">What makes the curves' shape.</param>
/// <param name="Points">The points, curve by curve.</param>
internal sealed record CostAxis(string Title, string Quantity, string Unit, int[] Ticks, string Picture, string Remark, CostPoint[] Points);
