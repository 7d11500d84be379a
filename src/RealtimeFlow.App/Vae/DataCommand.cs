using System.CommandLine;
using System.Globalization;
using RealtimeFlow.Amortized;
using RealtimeFlow.Files;

namespace RealtimeFlow.App.Vae;

/// <summary><c>rtflow data</c>: which sets of images there are, where they are looked for, and how to get them.</summary>
internal static class DataCommand
{
    public static Command Make()
    {
        Option<string> folder = Options.File("--folder", "FOLDER", $"a folder of sets, each in one of its name, to look in first; {ImageArchive.FolderVariable} names another");
        Option<bool> json = Options.Json();
        Command command = new("data", "Say which sets of images are on this machine, whether they are as published, and how to get the others.") { folder, json };
        command.SetAction(parsed =>
        {
            DataReport report = new([.. ImageArchive.All.Select(archive => Inspect(archive, parsed.GetValue(folder)))]);
            parsed.InvocationConfiguration.Output.WriteLine(parsed.GetValue(json) ? Json.Text(report) : string.Join(Environment.NewLine, report.Sets.Select(Text)));
        });
        return command;
    }

    private static DataSetReport Inspect(ImageArchive archive, string? folder)
    {
        string[] places = [.. archive.Folders(folder)];
        string? place = archive.FolderWith(folder);
        DataSetReport report = new(archive.Name, archive.Title, archive.Licence, place, places, archive.Cure);
        if (place == null)
        {
            return report;
        }

        try
        {
            string[] files = [.. ImageArchive.Files.Select(file => ImageArchive.FileIn(place, file) ?? throw new FileNotFoundException($"'{place}' has no file {file}"))];
            VaeData data = VaeData.Find(place);
            ImageRows train = data.AllForTraining(Binarization.Static), test = data.Rows(ImageSplit.Test, Binarization.Static);
            IdxReader.ReadLabels(files[1], train.Count);
            IdxReader.ReadLabels(files[3], test.Count);
            return report with
            {
                Train = train.Count,
                Test = test.Count,
                Height = train.Images.Height,
                Width = train.Images.Width,
                Mean = train.Images.Mean,
                AsPublished = files.Select(IdxReader.Digest).SequenceEqual(archive.Digests),
                TrainDrawn = train.Digest,
                TestDrawn = test.Digest,
            };
        }
        catch (Exception exception) when (exception is IOException or FileFormatException)
        {
            return report with { Defect = exception.Message };
        }
    }

    private static string Text(DataSetReport set)
    {
        List<string> lines = [$"{set.Name,-9}{set.Title}; licence {set.Licence}"];
        if (set.Folder != null)
        {
            lines.Add($"  in       {set.Folder}");
            lines.AddRange(set.Defect != null ? [$"  defect   {set.Defect}"] :
            [
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"  holds    {set.Train} images for training and {set.Test} for a test, {set.Height} × {set.Width}, mean {set.Mean:F4}; SHA-256 {(set.AsPublished == true ? "as published" : "not as published")}"),
                $"  drawn    black and white once and for all, SHA-256 {set.TrainDrawn} (training)",
                $"           and {set.TestDrawn} (test)",
            ]);
        }
        else
        {
            lines.Add("  not on this machine; looked for in:");
            lines.AddRange(set.LookedIn.Select(place => $"           {place}"));
        }

        lines.Add($"  get it   {set.Cure}");
        return string.Join(Environment.NewLine, lines);
    }
}
