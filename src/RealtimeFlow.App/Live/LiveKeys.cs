using RealtimeFlow.Windowing;

namespace RealtimeFlow.App.Live;

/// <summary>What the keys of the window do.</summary>
internal static class LiveKeys
{
    public const string Help = "1–4 target   space pause   R restart   D particles, density or all   H readout   Esc quit";

    /// <summary>Does what a key asks for; returns whether the window shall close.</summary>
    public static bool Press(LiveSession session, Key key)
    {
        switch (key)
        {
            case >= Key.Number1 and <= Key.Number4:
                session.Restart(key - Key.Number1);
                break;
            case Key.Space:
                session.IsPaused = !session.IsPaused;
                break;
            case Key.R:
                session.Restart();
                break;
            case Key.D:
                session.CyclePanels();
                break;
            case Key.H:
                session.HasReadout = !session.HasReadout;
                break;
            default:
                break;
        }

        return key == Key.Escape;
    }
}
