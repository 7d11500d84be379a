using RealtimeFlow.Engine;
using RealtimeFlow.Targets;

namespace RealtimeFlow.App.Figures;

/// <summary>
/// Figure 3 of Rezende &amp; Mohamed 2015: four densities that are hard to approximate (a), what planar flows (b) and NICE (c) make of them,
/// and the divergence that is left, by kind and length of the flow (d).
/// </summary>
internal static class Figure3
{
    /// <summary>The side of a panel, in pixels.</summary>
    public const int PanelSize = 240;

    /// <summary>The paper's energies.</summary>
    public static IReadOnlyList<Target> Targets { get; } = [.. new[] { "u1", "u2", "u3", "u4" }.Select(name => TargetLibrary.Find(name)!)];

    private static readonly int[] Lengths = [2, 4, 8, 16, 32], ShownLengths = [2, 8, 32];

    // Of the first seed; one group of panels each.
    private static readonly (string File, string[] Kinds)[] Shown = [("figure-3b.png", ["planar"]), ("figure-3c.png", ["nice-orthogonal", "nice-permutation"])];

    /// <summary>Trains every flow with every seed, draws the figure, and writes down what came of each.</summary>
    public static void Make(
        FigureFiles files, long steps, int seeds, ulong seed, int threads, ProgressLine progress, CancellationToken interrupted)
    {
        Trial[] trials =
        [
            .. from target in Targets
               from kind in Contender.Kinds
               from layers in Lengths
               from i in Enumerable.Range(0, seeds)
               select new Trial(target, kind.Name, kind.LearningRate, layers, seed + (ulong)i),
        ];

        // The longest first, so that no thread is left alone with one at the end.
        Trial[] inOrder = [.. trials.OrderByDescending(trial => trial.Layers)];
        using WorkerPool workers = new(threads);
        workers.Run(
            new Figure3Trials(inOrder, steps, trial => trial.Seed == seed && ShownLengths.Contains(trial.Layers), progress, interrupted), inOrder.Length);

        DensityPanel[] truth = [.. Targets.Select(target => Truth(target, workers))];
        using (PanelGrid picture = new(rows: 1, [Targets.Count], PanelSize))
        {
            for (int i = 0; i < Targets.Count; i++)
            {
                picture.AddColumnTitle(Targets[i].Name, i);
                picture.Add(0, i, truth[i]);
            }

            files.AddPicture("figure-3a.png", picture.Png());
        }

        foreach ((string file, string[] kinds) in Shown)
        {
            using PanelGrid picture = new(Targets.Count, [.. kinds.Select(_ => ShownLengths.Length)], PanelSize);
            foreach ((int group, string kind) in kinds.Index())
            {
                picture.AddHeading(kind, group);
                foreach ((int i, int layers) in ShownLengths.Index())
                {
                    int column = (group * ShownLengths.Length) + i;
                    picture.AddColumnTitle($"K = {layers}", column);
                    for (int row = 0; row < Targets.Count; row++)
                    {
                        picture.Add(row, column, Find(Targets[row], kind, layers) with { Brightest = truth[row].Brightest });
                    }
                }
            }

            for (int row = 0; row < Targets.Count; row++)
            {
                picture.AddRowTitle(Targets[row].Name, row);
            }

            picture.AddNote($"seed {seed}, {steps} steps of {Figure3Trials.BatchSize} particles; each row in the colours of its target");
            files.AddPicture(file, picture.Png());
        }

        files.AddPicture("figure-3d.png", Curves(trials));
        files.AddTable(
            "figure-3.csv",
            ["target", "kind", "k", "seed", "steps", "batch", "learning_rate", "free_energy", "kl", "standard_error"],
            trials.Select(trial => new object?[]
            {
                trial.Target.Name, trial.Kind, trial.Layers, trial.Seed, steps, Figure3Trials.BatchSize, trial.LearningRate,
                trial.FreeEnergy, trial.KullbackLeibler, trial.StandardError,
            }));

        DensityPanel Find(Target target, string kind, int layers) =>
            trials.First(trial => trial.Target == target && trial.Kind == kind && trial.Layers == layers && trial.Seed == seed).Panel!;
    }

    private static DensityPanel Truth(Target target, WorkerPool workers)
    {
        DensityGrid grid = new(PanelSize, target.ViewRadius, workers);
        grid.Evaluate(target);
        return new DensityPanel(grid.LogDensity, target.ViewRadius);
    }

    /// <summary>For each target, the mean KL over the seeds by the length of the flow; bars from the least to the greatest.</summary>
    private static byte[] Curves(Trial[] trials)
    {
        using CurveGrid picture = new(rows: 2, columns: 2, width: 760, height: 560);
        foreach (Target target in Targets)
        {
            picture.Begin(target.Name, "K", "KL(q‖p), nats", Lengths);
            foreach ((string kind, _) in Contender.Kinds)
            {
                picture.AddCurve(kind, Lengths.Select(layers =>
                {
                    double[] values = [.. trials
                        .Where(trial => trial.Target == target && trial.Kind == kind && trial.Layers == layers)
                        .Select(trial => trial.KullbackLeibler)];
                    return new CurvePoint(layers, values.Average(), values.Min(), values.Max());
                }));
            }
        }

        return picture.Png();
    }
}
