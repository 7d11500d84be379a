using RealtimeFlow.App.Live;
using RealtimeFlow.App.Live.Vae;
using RealtimeFlow.App.Tests.Vae;
using RealtimeFlow.Engine;
using RealtimeFlow.Rendering;
using RealtimeFlow.Windowing;

namespace RealtimeFlow.App.Tests.Live.Vae;

/// <summary>A view of images whose frames are counted, drawn on the CPU.</summary>
internal sealed class VaeStage : IDisposable
{
    private readonly WorkerPool _workers;

    public VaeStage(VaeSubject? subject = null, int width = 1280, int height = 720, int threads = 2, int stepsAFrame = 1)
    {
        _workers = new WorkerPool(threads);
        Renderer.Resize(width, height);
        Subject = subject ?? Clothes();
        Studio = new VaeStudio(
            Subject, new StudioOptions { Threads = 2, Device = "test", StepsAFrame = stepsAFrame, ScheduledSteps = 200 }, Renderer, _workers);
        Studio.Requested += Requests.Add;
    }

    public VaeSubject Subject { get; }

    public SoftwareRenderer Renderer { get; } = new();

    public VaeStudio Studio { get; }

    public List<StudioRequest> Requests { get; } = [];

    public VaeState State => Studio.State;

    public FrameLayout Layout => Renderer.Layout;

    /// <summary>The images that the tests come with.</summary>
    public static VaeSubject Clothes(int latents = 2) => VaeSubject.Fresh(VaeFiles.Clothes, latents, "planar:2,radial:1", seed: 1);

    public VaeStage Frames(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Studio.Advance(1 / 60.0);
            Studio.Draw();
        }

        return this;
    }

    public void Press(Key key, bool shift = false) => Press(key, shift ? KeyModifiers.Shift : KeyModifiers.None);

    public void Press(Key key, KeyModifiers modifiers) => Studio.Handle(new InputEvent(InputKind.KeyDown, (int)key, modifiers, 0, 0));

    /// <summary>Takes the pointer to a point of a panel's plane.</summary>
    public void MoveTo(int panel, float x, float y)
    {
        (float pixelX, float pixelY) = Layout.ToPixels(new PlanePoint(panel, x, y));
        Studio.Handle(new InputEvent(InputKind.PointerMove, 0, KeyModifiers.None, pixelX, pixelY));
    }

    /// <summary>The mean of all channels of the pixels in a part of a panel.</summary>
    public double Brightness(byte[] rgba, int panel, float left, float right, float bottom, float top)
    {
        (float x0, float y1) = Layout.ToPixels(new PlanePoint(panel, left, bottom));
        (float x1, float y0) = Layout.ToPixels(new PlanePoint(panel, right, top));
        double sum = 0;
        int count = 0;
        for (int y = (int)y0 + 1; y < (int)y1; y++)
        {
            for (int x = (int)x0 + 1; x < (int)x1; x++, count += 3)
            {
                int at = 4 * ((y * Layout.Width) + x);
                sum += rgba[at] + rgba[at + 1] + rgba[at + 2];
            }
        }

        return sum / count;
    }

    public void Dispose()
    {
        Studio.Dispose();
        Renderer.Dispose();
        _workers.Dispose();
    }
}
