namespace RealtimeFlow.Benchmarks.Peers;

/// <summary>What was found of a peer.</summary>
/// <param name="Peer">Who.</param>
/// <param name="Nanoseconds">An operation's median time over the rounds.</param>
/// <param name="Ratios">Its time in units of ours beside it, one a round, in ascending order; empty for ourselves.</param>
internal sealed record Standing(Peer Peer, double Nanoseconds, double[] Ratios);

/// <summary>The two columns of a table that show an operation's time.</summary>
/// <param name="First">The head of the first.</param>
/// <param name="OfFirst">What it shows of nanoseconds.</param>
/// <param name="Second">The head of the second.</param>
/// <param name="OfSecond">What it shows of nanoseconds.</param>
internal sealed record TimeColumns(string First, Func<double, double> OfFirst, string Second, Func<double, double> OfSecond)
{
    /// <summary>Nanoseconds, and thousands of millions a second.</summary>
    public static TimeColumns OfOperations { get; } = new("ns", time => time, "G/s", time => 1 / time);
}

/// <summary>
/// The same work by us and by peers, alternated: in each round every peer runs beside a run of ours, before it or after it by turns, and
/// the ratio is taken within that pair. What slows the machine down for longer than a pair slows both.
/// </summary>
/// <param name="name">What is done.</param>
/// <param name="unit">An operation.</param>
/// <param name="error">What the errors are, for the table's head; or nothing.</param>
/// <param name="ours">We.</param>
/// <param name="peers">The others.</param>
internal sealed class Contest(string name, string unit, string error, Peer ours, IReadOnlyList<Peer> peers)
{
    /// <summary>What is done.</summary>
    public string Name => name;

    /// <summary>An operation.</summary>
    public string Unit => unit;

    /// <summary>What the errors are.</summary>
    public string Error => error;

    /// <summary>How the table shows times.</summary>
    public TimeColumns Columns { get; init; } = TimeColumns.OfOperations;

    /// <summary>The others.</summary>
    public IReadOnlyList<Peer> Peers => peers;

    /// <summary>Runs all of it: we first, then the peers in their order.</summary>
    /// <param name="rounds">How often each is measured.</param>
    public IReadOnlyList<Standing> Run(int rounds)
    {
        List<double> ourTimes = [];
        double[][] times = [.. peers.Select(_ => new double[rounds])];
        double[][] ratios = [.. peers.Select(_ => new double[rounds])];
        for (int round = -1; round < rounds; round++)
        {
            for (int i = 0; i < peers.Count; i++)
            {
                double ourTime = round % 2 == 0 ? PerOperation(ours) : 0;
                double time = PerOperation(peers[i]);
                ourTime = round % 2 == 0 ? ourTime : PerOperation(ours);

                // The first round warms up.
                if (round >= 0)
                {
                    ourTimes.Add(ourTime);
                    times[i][round] = time;
                    ratios[i][round] = time / ourTime;
                }
            }
        }

        return
        [
            new Standing(ours, 1e9 * Quantile([.. ourTimes.Order()], 0.5), []),
            .. peers.Select((peer, i) => new Standing(peer, 1e9 * Quantile([.. times[i].Order()], 0.5), [.. ratios[i].Order()])),
        ];
    }

    /// <summary>A quantile of numbers in ascending order, linear between neighbours.</summary>
    public static double Quantile(double[] sorted, double share)
    {
        double place = share * (sorted.Length - 1);
        int below = (int)place;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((place - below) * (sorted[above] - sorted[below]));
    }

    private static double PerOperation(Peer peer) => peer.Seconds() / peer.Operations;
}
