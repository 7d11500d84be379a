namespace RealtimeFlow.Windowing;

/// <summary>The loop over a host.</summary>
public static class RenderHostExtensions
{
    /// <summary>Initializes the host and turns events, update and render until it closes, then resets it.</summary>
    /// <param name="host">A host that is not yet initialized.</param>
    /// <exception cref="HostUnavailableException">A library, display or driver is missing; the message says which and how to get it.</exception>
    public static void Run(this IRenderHost host)
    {
        ArgumentNullException.ThrowIfNull(host);
        host.Initialize();
        while (!host.IsClosing)
        {
            host.DoEvents();
            if (!host.IsClosing)
            {
                host.DoUpdate();
                host.DoRender();
            }
        }

        host.DoEvents();
        host.Reset();
    }
}
