using RealtimeFlow.App.Live;
using RealtimeFlow.Engine;
using RealtimeFlow.Rendering;
using RealtimeFlow.Windowing;

namespace RealtimeFlow.App.Tests.Live;

/// <summary>A studio whose frames are counted, drawn on the CPU.</summary>
internal sealed class Stage : IDisposable
{
    private readonly WorkerPool _workers;

    public Stage(StudioState? state = null, int width = 960, int height = 540, int threads = 2, int stepsAFrame = 8)
    {
        _workers = new WorkerPool(threads);
        Renderer.Resize(width, height);
        Studio = new Studio(
            state ?? Small,
            new StudioOptions { Threads = threads, Device = "test", StepsAFrame = stepsAFrame, ScheduledSteps = 1200 },
            Renderer,
            _workers);
        Studio.Requested += Requests.Add;
    }

    public static StudioState Small { get; } = new() { Formula = "planar:8", Particles = 20_000 };

    public SoftwareRenderer Renderer { get; } = new();

    public Studio Studio { get; }

    public List<StudioRequest> Requests { get; } = [];

    public StudioState State => Studio.State;

    public FrameLayout Layout => Renderer.Layout;

    public Stage Frames(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Studio.Advance(1 / 60.0);
            Studio.Draw();
        }

        return this;
    }

    public void Press(Chord chord) => Studio.Press(chord.Key, chord.Shift ? KeyModifiers.Shift : KeyModifiers.None);

    public void Press(Key key) => Studio.Press(key);

    public void Move(double x, double y) => Studio.Handle(new InputEvent(InputKind.PointerMove, 0, KeyModifiers.None, x, y));

    public void Down(int button = 0) => Studio.Handle(new InputEvent(InputKind.ButtonDown, button, KeyModifiers.None, 0, 0));

    public void Up(int button = 0) => Studio.Handle(new InputEvent(InputKind.ButtonUp, button, KeyModifiers.None, 0, 0));

    public void Wheel(double steps) => Studio.Handle(new InputEvent(InputKind.Scroll, 0, KeyModifiers.None, 0, steps));

    public void Click(double x, double y)
    {
        Move(x, y);
        Down();
        Up();
    }

    /// <summary>Takes the pointer to a point of a panel's plane.</summary>
    public void MoveTo(int panel, float x, float y)
    {
        (float pixelX, float pixelY) = Layout.ToPixels(new PlanePoint(panel, x, y));
        Move(pixelX, pixelY);
    }

    /// <summary>The mean of all channels over the pixels about a point of a panel's plane.</summary>
    public double Brightness(byte[] rgba, int panel, float x, float y)
    {
        const int reach = 4;
        (float column, float row) = Layout.ToPixels(new PlanePoint(panel, x, y));
        double sum = 0;
        for (int i = -reach; i <= reach; i++)
        {
            for (int j = -reach; j <= reach; j++)
            {
                int at = 4 * ((((int)row + i) * Layout.Width) + (int)column + j);
                sum += rgba[at] + rgba[at + 1] + rgba[at + 2];
            }
        }

        return sum / (3 * ((2 * reach) + 1) * ((2 * reach) + 1));
    }

    public void Dispose()
    {
        Studio.Dispose();
        Renderer.Dispose();
        _workers.Dispose();
    }
}
