using Silk.NET.OpenGL;

namespace RealtimeFlow.Rendering;

/// <summary>Chooses among the renderers.</summary>
public static class FrameRenderers
{
    /// <summary>The fastest renderer for a context: shaders where a GPU runs them, otherwise the CPU and an upload.</summary>
    /// <param name="gl">The functions of the context that is current on this thread.</param>
    /// <param name="workers">Threads that share a frame's work where the CPU draws; the calling thread alone if null.</param>
    /// <exception cref="NotSupportedException">The context's version is below 4.5.</exception>
    /// <exception cref="InvalidOperationException">The driver refused a shader; the message has its file and the driver's log.</exception>
    public static IFrameRenderer For(GL gl, IWorkers? workers = null) =>
        GraphicsDevice.Of(gl).IsSoftware ? new UploadRenderer(gl, workers) : new FlowRenderer(gl);
}
