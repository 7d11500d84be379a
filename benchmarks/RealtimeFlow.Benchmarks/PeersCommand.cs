using System.Globalization;
using System.Runtime.InteropServices;
using RealtimeFlow.Benchmarks.Peers;
using RealtimeFlow.Engine;
using RealtimeFlow.Inference;
using RealtimeFlow.Random;
using RealtimeFlow.Targets;

namespace RealtimeFlow.Benchmarks;

/// <summary>The verb <c>peers</c>: the engine beside its peers in one run, on one core, alternated.</summary>
internal sealed class PeersCommand : IDisposable
{
    private const string Usage =
        """
        peers [vae|products] [--quick] [--packages] [--out FOLDER]
          vae           only an update of a model of images beside PyTorch's, on one core and on two
          products      only the matrix products of such a model beside OpenBLAS's
          --quick       fewer particles and rounds; under a minute
          --packages    also peers from NuGet: ONNX Runtime, TorchSharp, MathNet.Numerics; the first time downloads about 1 GB
          --out FOLDER  where Peers.md, PeersVae.md or PeersProducts.md goes; benchmarks/results/PROCESSOR unless given
        """;

    private const string PointErrors = "largest error: points, ln det", GradientError = "error of the gradient, by its norm";

    private const int Layers = 32, Batch = 1 << 16, Numbers = 1 << 20;

    // The second has the distribution's packages where another Python comes first.
    private static readonly string[] Pythons = ["python3", "/usr/bin/python3"];

    private readonly PeerReport _report = new();
    private readonly DirectoryInfo _temporary = Directory.CreateTempSubdirectory("rtflow-peers");
    private readonly List<string> _absent = [];
    private readonly List<ChildPeer> _children = [];
    private readonly int _rounds, _particles, _few;

    private PeersCommand(bool quick)
    {
        _rounds = quick ? 9 : 21;
        _particles = quick ? 1 << 18 : 1 << 20;
        _few = quick ? 1 << 13 : 1 << 16;
    }

    /// <summary>Runs the verb.</summary>
    /// <returns>The exit code: 0, or 1 where a peer's results are wrong or an option is.</returns>
    public static int Run(ReadOnlySpan<string> arguments)
    {
        string only = "";
        bool quick = false, packages = false;
        string folder = Path.Combine("benchmarks", "results", Machine.FolderName);
        while (!arguments.IsEmpty)
        {
            switch (arguments)
            {
                case ["vae" or "products", ..] when only.Length == 0:
                    only = arguments[0];
                    break;
                case ["--quick", ..]:
                    quick = true;
                    break;
                case ["--packages", ..]:
                    packages = true;
                    break;
                case ["--out", string given, ..]:
                    folder = given;
                    arguments = arguments[1..];
                    break;
                case ["--help", ..]:
                    Console.WriteLine(Usage);
                    return 0;
                default:
                    Console.Error.WriteLine($"peers: '{arguments[0]}' is no option, or lacks its value.\n{Usage}");
                    return 1;
            }

            arguments = arguments[1..];
        }

        Conditions.Pin();
        using PeersCommand command = new(quick);
        (string file, Action measure) = only switch
        {
            "vae" => ("PeersVae.md", command.MeasureVae),
            "products" => ("PeersProducts.md", command.MeasureProducts),
            _ => ("Peers.md", (Action)(() => command.Measure(packages))),
        };
        try
        {
            measure();
        }
        catch (InvalidOperationException wrong)
        {
            Console.Error.WriteLine($"peers: {wrong.Message}");
            return 1;
        }

        Directory.CreateDirectory(folder);
        File.WriteAllText(Path.Combine(folder, file), command._report.Text);
        return 0;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        EndChildren();
        _temporary.Delete(recursive: true);
    }

    private static string Absence(string name, string reason) => $"{name}: {Shell.FirstLine(reason)}";

    private void Measure(bool packages)
    {
        _report.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{Conditions.Line}. One core, one thread; {Layers} layers, D = 2, {_particles:N0} particles; medians of {_rounds} alternated rounds, each peer beside a run of ours, the ratio taken within the pair. Errors are the largest against float64."));
        _report.Line();
        using ForwardWork planar = new($"planar:{Layers}", _particles);
        using ForwardWork few = new($"planar:{Layers}", _few);
        using ForwardWork radial = new($"radial:{Layers}", _particles);
        using TrainingWork training = new($"planar:{Layers}", Batch);
        planar.Share(_temporary.FullName);
        File.WriteAllBytes(Path.Combine(_temporary.FullName, "trained"), MemoryMarshal.AsBytes(training.Points.Span));
        StartChildren(packages);
        CompiledPeer[] compiled = [.. Compile("C with intrinsics", ["cc", "clang-19"], ["forward.c", "train.c"], "-lm")];
        Forward(planar, few, compiled);
        _report.Run(
            new Contest("forward/radial", "a particle-layer", PointErrors, radial.Ours(), [.. compiled.Select(peer => radial.Compiled(peer, "radial_forward", "intrinsics"))]),
            _rounds);
        Train(training, compiled);
        Normals();
        Products();
        ReportAbsent();
    }

    private void MeasureVae()
    {
        _report.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{Conditions.Line}. {VaeWork.Description} Medians of {_rounds} alternated rounds of {VaeWork.Updates} updates, each peer beside a run of ours, the ratio taken within the pair."));
        _report.Line();
        string script = Path.Combine(AppContext.BaseDirectory, "peers", "python", "vae.py");
        foreach (int layers in (int[])[0, 20])
        {
            VaeWork work = new(layers, _temporary.FullName);
            for (int threads = 1; threads <= Math.Min(2, Environment.ProcessorCount); threads++)
            {
                Conditions.Pin(threads);
                using WorkerPool workers = new(threads), alone = new(1);
                Start("PyTorch", Pythons, threads, script, layers.ToString(CultureInfo.InvariantCulture));
                Peer[] peers = [.. Able("step").Select(work.Child), .. threads == 1 ? [] : (Peer[])[work.Ours(alone)]];
                _report.Run(
                    new Contest($"vae/K = {layers}, {(threads == 1 ? "one thread" : $"{threads} threads")}", "an update", VaeWork.Error, work.Ours(workers), peers)
                    {
                        Columns = VaeWork.Columns,
                    },
                    _rounds);
                EndChildren();
            }
        }

        ReportAbsent();
    }

    private void MeasureProducts()
    {
        _report.Line(string.Create(
            CultureInfo.InvariantCulture,
            $"{Conditions.Line}. One core, one thread; medians of {_rounds} alternated rounds of ten products, each peer beside a run of ours, the ratio taken within the pair."));
        _report.Line();
        Products();
        ReportAbsent();
    }

    private void ReportAbsent()
    {
        foreach (string reason in _absent)
        {
            _report.Line($"- Not measured: {reason}.");
        }
    }

    private void EndChildren()
    {
        foreach (ChildPeer child in _children)
        {
            child.Dispose();
        }

        _children.Clear();
    }

    private void StartChildren(bool packages)
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "peers");
        string script = Path.Combine(folder, "python", "peers.py");
        Start("PyTorch", Pythons, 1, script, "torch");
        Start("numpy", Pythons, 1, script, "numpy");
        string project = Path.Combine(folder, "dotnet");
        string reason = "it comes from NuGet; ask with --packages";

        // Not incremental: a copied source keeps its time, which may be before that of the last build.
        if (packages && Shell.Run("dotnet", ["build", project, "-c", "Release", "--no-incremental", "-v", "q", "--nologo"], out reason))
        {
            string[] programs = [Path.Combine(project, "bin", "Release", "net10.0", "Peers")];
            Start("ONNX Runtime", programs, 1, "onnxruntime");
            Start("TorchSharp", programs, 1, "torchsharp");
            Start("MathNet.Numerics", programs, 1, "mathnet");
        }
        else
        {
            _absent.Add(Absence("ONNX Runtime, TorchSharp, MathNet.Numerics", reason));
        }
    }

    // The first of the programs that starts.
    private void Start(string name, string[] programs, int threads, params string[] arguments)
    {
        string reason = "";
        foreach (string program in programs)
        {
            if (ChildPeer.Start(name, program, arguments, _temporary.FullName, threads, out reason) is ChildPeer child)
            {
                _children.Add(child);
                return;
            }
        }

        _absent.Add(Absence(name, reason));
    }

    private IEnumerable<ChildPeer> Able(string form) => _children.Where(child => child.Forms.ContainsKey(form));

    private IEnumerable<CompiledPeer> Compile(string name, string[] compilers, string[] sources, params string[] libraries)
    {
        foreach (string compiler in compilers)
        {
            if (CompiledPeer.Build(compiler, sources, libraries, _temporary.FullName, out string reason) is CompiledPeer peer)
            {
                yield return peer;
            }
            else
            {
                _absent.Add(Absence($"{name} by {compiler}", reason));
            }
        }
    }

    private void Forward(ForwardWork work, ForwardWork few, CompiledPeer[] compiled)
    {
        PlanarParameters[] layers = work.Layers;
        List<Peer> best =
        [
            .. compiled.Select(peer => work.Compiled(peer, "planar_forward", "intrinsics")),
            .. Compile("C with libmvec", ["cc"], ["libmvec.c"], "-lmvec", "-lm").Select(peer => work.Compiled(peer, "planar_forward", "glibc's libmvec, blocked")),
            work.Check("System.Numerics.Tensors", "blocked", () => TensorPeer.Transform(layers, work.Points.Span, work.Result.Span, work.LogDeterminant.Span)),
            .. Able("best").Select(child => work.Child(child, "best")),
            .. Compile("C, scalar", ["cc"], ["scalar.c"], "-lm").Select(peer => few.Compiled(peer, "planar_forward", "a plain loop")),
            few.Check("C#, a plain loop", "MathF.Tanh", () => ScalarPeer.Transform(layers, few.Points.Span, few.Result.Span, few.LogDeterminant.Span)),
        ];
        Peer ours = work.Ours();
        _report.Run(new Contest("forward/planar, everyone at their best", "a particle-layer", PointErrors, ours, best), _rounds);
        Peer[] users = [.. Able("users").Select(child => work.Child(child, "users"))];
        _report.Run(new Contest("forward/planar, frameworks as their users write it", "a particle-layer", PointErrors, ours, users), _rounds);
    }

    private void Train(TrainingWork work, CompiledPeer[] compiled)
    {
        const string name = "train/planar, 65,536 particles on u1";
        Peer[] inC = [.. compiled.Select(work.Compiled)];
        using WorkerPool alone = new(1);
        Trainer trainer = new(work.Flow.Shape, TargetLibrary.Find("u1")!, new TrainerOptions { BatchSize = Batch }, alone);
        Peer step = new("RealtimeFlow, whole step", "Trainer.Step: with the noise, the base and Adam", work.Operations, () => Peer.Time(() => trainer.Step(progress: 1)));
        _report.Run(new Contest($"{name}: the gradient, noise from memory", "a particle-layer", GradientError, work.Ours(), [.. inC, step]), _rounds);
        Peer[] users = [.. Able("step").Select(child => new Peer(child.Name, child.Forms["step"], work.Operations, () => child.Run("step"))
        {
            Error = work.ErrorOf(child.Name, [.. child.Check("gradient").Select(number => (double)number)]),
        })];
        _report.Run(new Contest($"{name}: a whole step, frameworks as their users write it", "a particle-layer", GradientError, step, users), _rounds);
    }

    private void Normals()
    {
        float[] numbers = new float[Numbers];
        BoxMuller boxMuller = new();
        Peer ours = new("RealtimeFlow", "RandomStream.FillNormal", Numbers, () => Peer.Time(() => new RandomStream(1, StreamNumbers.Samples).FillNormal(0, numbers)));
        Peer[] peers =
        [
            .. Able("normal").Select(child => new Peer(child.Name, child.Forms["normal"], Numbers, () => child.Run("normal"))),
            new("System.Random", "Box–Muller, float32", Numbers, () => Peer.Time(() => boxMuller.Fill(numbers))),
        ];
        _report.Run(new Contest("standard normal numbers", "a number", "", ours, peers), _rounds);
    }

    // The paper's first layer, and the head of forty layers' parameters for forty latents.
    private void Products()
    {
        OpenBlas? blas = OpenBlas.Load(out string reason);
        if (blas == null)
        {
            _absent.Add(Absence("OpenBLAS", reason));
        }

        foreach ((int inputs, int units) in ((int, int)[])[(784, 400), (100, 3320)])
        {
            using ProductWork work = new(100, inputs, units);
            foreach (Contest contest in work.Contests(blas))
            {
                _report.Run(contest, _rounds);
            }
        }
    }
}
