using RealtimeFlow.Windowing;
using Silk.NET.OpenGL;

namespace RealtimeFlow.Rendering.Tests;

/// <summary>A headless context with a renderer on it.</summary>
internal sealed class OpenGL : IDisposable
{
    private readonly EglHeadlessHost _host = new(new HostOptions());

    private OpenGL()
    {
        _host.Initialize();
        Gl = GL.GetApi(_host);
        Renderer = new FlowRenderer(Gl);
    }

    internal GL Gl { get; }

    internal FlowRenderer Renderer { get; }

    /// <summary>Skips the test, with the reason counted, where there is no OpenGL; in continuous integration that is a failure.</summary>
    internal static OpenGL OrSkip()
    {
        MesaThreads.Limit(1);
        try
        {
            return new OpenGL();
        }
        catch (HostUnavailableException exception) when (Environment.GetEnvironmentVariable("CI") != "true")
        {
            Assert.Skip(exception.Message);
            throw;
        }
    }

    public void Dispose()
    {
        GLEnum error = Gl.GetError();
        Renderer.Dispose();
        _host.Dispose();
        Assert.Equal(GLEnum.NoError, error);
    }
}
