using Silk.NET.Core.Contexts;
using Silk.NET.Maths;

namespace Silk.NET.Windowing;

/// <summary>
/// Stands in for the interface of that name of Silk.NET.Windowing.Common 2, which could not be restored where the tests were written:
/// the members that a host needs, typed from the package's published list of its public API.
/// </summary>
public interface IView : IViewProperties, IGLContextSource, IDisposable
{
    event Action? Load;

    event Action<double>? Update;

    event Action<double>? Render;

    event Action<Vector2D<int>>? FramebufferResize;

    event Action? Closing;

    Vector2D<int> FramebufferSize { get; }

    bool IsClosing { get; }

    bool IsInitialized { get; }

    double Time { get; }

    void Initialize();

    void DoEvents();

    void ContinueEvents();

    void DoUpdate();

    void DoRender();

    void Reset();

    void Close();
}

/// <inheritdoc cref="IView"/>
public interface IViewProperties
{
    Vector2D<int> Size { get; }

    bool IsEventDriven { get; set; }
}
