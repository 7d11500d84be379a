using RealtimeFlow.Flows;

namespace RealtimeFlow.Density;

/// <summary>Tiles for the threads that call a distribution at once: as many as there ever were callers at the same time, kept for the next.</summary>
internal sealed class TilePool(int dimension, int savedLayers)
{
    // A caller beyond these gets a tile that is dropped after use.
    private readonly FlowTile?[] _tiles = new FlowTile?[2 * Math.Max(8, Environment.ProcessorCount)];

    /// <summary>A tile for this caller alone.</summary>
    public FlowTile Rent()
    {
        foreach (ref FlowTile? place in _tiles.AsSpan())
        {
            if (place != null && Interlocked.Exchange(ref place, null) is FlowTile tile)
            {
                return tile;
            }
        }

        return new FlowTile(dimension, savedLayers);
    }

    /// <summary>Takes a tile back.</summary>
    public void Return(FlowTile tile)
    {
        foreach (ref FlowTile? place in _tiles.AsSpan())
        {
            if (place == null && Interlocked.CompareExchange(ref place, tile, null) == null)
            {
                return;
            }
        }
    }
}
