using CsCheck;
using RealtimeFlow.Engine;
using Silk.NET.OpenGL;

namespace RealtimeFlow.Rendering.Tests;

public sealed class FlowRendererTests
{
    private static readonly Scene Scene = new();

    // Both compute in 32-bit floats and round once; logarithms, exponentials and the 4096 tone steps differ by less than a
    // tenth of a level, which moves a value across a rounding border here and there. Steep colours allow for one more.
    private const int Levels = 2;

    public static TheoryData<int, int, ColorMap, DensityScale> Pictures => new()
    {
        { 1280, 720, ColorMap.Inferno, DensityScale.Linear },
        { 1280, 720, ColorMap.Cividis, DensityScale.Logarithmic },
        { 640, 480, ColorMap.Magma, DensityScale.Linear },
        { 641, 359, ColorMap.Viridis, DensityScale.Logarithmic },
        { 2560, 1440, ColorMap.Grey, DensityScale.Linear },
        { 33, 57, ColorMap.Inferno, DensityScale.Linear },
        { 1, 1, ColorMap.Inferno, DensityScale.Logarithmic },
    };

    [Theory]
    [MemberData(nameof(Pictures))]
    public void OpenGL_and_the_CPU_draw_the_same_picture(int width, int height, ColorMap map, DensityScale scale)
    {
        using OpenGL gl = OpenGL.OrSkip();
        using SoftwareRenderer software = new();
        byte[] expected = Scene.Picture(software, Scene.Frame(map, scale), width, height);
        byte[] actual = Scene.Picture(gl.Renderer, Scene.Frame(map, scale), width, height);

        int different = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.InRange(actual[i] - expected[i], -Levels, Levels);
            different += actual[i] == expected[i] ? 0 : 1;
        }

        Assert.InRange(different, 0, expected.Length / 50);
    }

    [Fact]
    public void Any_grids_in_any_order_look_the_same_by_OpenGL_and_on_the_CPU()
    {
        using OpenGL gl = OpenGL.OrSkip();
        using SoftwareRenderer software = new();
        float[] logs = [float.NegativeInfinity, -1000, -104, -87, -30, -10, -5, -3, -2, -1, 0, 1, 5, 40];
        float[] differences = [0, -0f, 1e-9f, -1e-4f, 0.01f, -0.05f, 0.1f, 0.2f, -0.3f, 0.31f, -7, 1e30f, float.NaN];
        Gen<Panel> panels =
            from columns in Gen.Int[1, 30]
            from rows in Gen.Int[1, 30]
            from kind in Gen.Enum<PanelKind>()
            from counts in Gen.OneOf(Gen.UInt[0, 20], Gen.UInt[0, uint.MaxValue]).Array[columns * rows]
            from log in Gen.Int[0, logs.Length - 1].Select(index => logs[index]).Array[columns * rows]
            from difference in Gen.Int[0, differences.Length - 1].Select(index => differences[index]).Array[columns * rows]
            from channels in Gen.Bool.Select(isGrey => isGrey ? 1 : 3)
            from image in Gen.Byte.Array[columns * rows * channels]
            from aspect in Gen.Float[0.5f, 2]
            let view = new PlaneView(-aspect, aspect, -1, 1)
            select kind switch
            {
                PanelKind.Counts => Panel.OfCounts("t", counts, columns, rows, 1000, view),
                PanelKind.LogDensity => Panel.OfLogDensity("t", log, columns, rows, view),
                PanelKind.Difference => Panel.OfDifference("t", difference, columns, rows, view),
                _ => Panel.OfImage("t", image, columns, rows, channels, view),
            };
        Gen.Select(panels.Array[1, 8], Gen.Enum<DensityScale>()).Sample(
            (shown, scale) =>
            {
                FrameInfo frame = new() { Panels = shown, Exposure = 0.3f, ColorMap = ColorMap.Magma, Scale = scale, Hud = Scene.Hud, Strip = shown.Length / 2 };
                byte[] expected = Scene.Picture(software, frame, 400, 300);
                byte[] actual = Scene.Picture(gl.Renderer, frame, 400, 300);
                for (int i = 0; i < expected.Length; i++)
                {
                    Assert.InRange(actual[i] - expected[i], -Levels, Levels);
                }
            },
            // Has a pixel one rounding away from a cell, beside another e^40 times as dense.
            seed: "8gy-mepFVeP2",
            iter: 60,
            threads: 1);
    }

    [Fact]
    public void Everything_outside_the_panels_is_equal_but_for_how_a_driver_rounds_a_blend()
    {
        using OpenGL gl = OpenGL.OrSkip();
        using SoftwareRenderer software = new();
        foreach ((int width, int height) in new[] { (1280, 720), (640, 480), (2560, 1440) })
        {
            byte[] expected = Scene.Picture(software, Scene.Frame(), width, height);
            byte[] actual = Scene.Picture(gl.Renderer, Scene.Frame(), width, height);
            foreach (byte[] picture in new[] { expected, actual })
            {
                foreach (PixelRect panel in (PixelRect[])[.. software.Layout.Panels, software.Layout.Legends[0].Bar])
                {
                    for (int y = 0; y < panel.Height; y++)
                    {
                        picture.AsSpan(4 * (((panel.Y + y) * width) + panel.X), 4 * panel.Width).Clear();
                    }
                }
            }

            Assert.All(expected.Zip(actual), pair => Assert.InRange(pair.First - pair.Second, -1, 1));
        }
    }

    [Fact]
    public void Sizes_change_to_odd_ones_and_to_nothing_and_back()
    {
        using OpenGL gl = OpenGL.OrSkip();
        byte[] before = Scene.Picture(gl.Renderer, Scene.Frame(), 301, 203);
        foreach ((int width, int height) in new[] { (0, 0), (5, 0), (7, 3), (0, 9), (1001, 777), (1, 1), (3840, 2160), (8192, 1) })
        {
            Scene.Picture(gl.Renderer, Scene.Frame(), width, height);
        }

        Assert.Equal(before, Scene.Picture(gl.Renderer, Scene.Frame(), 301, 203));
    }

    [Fact]
    public void The_picture_arrives_upright_in_the_target_framebuffer()
    {
        using OpenGL gl = OpenGL.OrSkip();
        const int width = 320, height = 200;
        gl.Gl.CreateTextures(TextureTarget.Texture2D, 1, out uint texture);
        gl.Gl.TextureStorage2D(texture, 1, SizedInternalFormat.Rgba8, width, height);
        uint framebuffer = gl.Gl.CreateFramebuffer();
        gl.Gl.NamedFramebufferTexture(framebuffer, FramebufferAttachment.ColorAttachment0, texture, 0);

        byte[] picture = new byte[4 * width * height];
        gl.Renderer.Resize(width, height);
        gl.Renderer.Render(Scene.Frame(), framebuffer);
        gl.Renderer.ReadPixels(picture);
        byte[] target = new byte[picture.Length];
        gl.Gl.GetTextureImage(texture, 0, PixelFormat.Rgba, PixelType.UnsignedByte, target.AsSpan());

        // OpenGL's row 0 is the bottom one.
        for (int y = 0; y < height; y++)
        {
            Assert.True(picture.AsSpan(4 * width * y, 4 * width).SequenceEqual(target.AsSpan(4 * width * (height - 1 - y), 4 * width)));
        }

        gl.Gl.DeleteFramebuffer(framebuffer);
        gl.Gl.DeleteTexture(texture);
    }

    [Fact]
    public void Settings_that_others_left_behind_do_not_change_the_picture()
    {
        using OpenGL gl = OpenGL.OrSkip();
        byte[] before = Scene.Picture(gl.Renderer, Scene.Frame(), 320, 240);
        gl.Gl.Enable(EnableCap.Blend);
        gl.Gl.BlendFunc(BlendingFactor.One, BlendingFactor.One);
        gl.Gl.Enable(EnableCap.ScissorTest);
        gl.Gl.Scissor(0, 0, 3, 3);
        gl.Gl.Enable(EnableCap.DepthTest);
        gl.Gl.Enable(EnableCap.CullFace);
        gl.Gl.CullFace(TriangleFace.FrontAndBack);
        gl.Gl.Enable(EnableCap.RasterizerDiscard);
        gl.Gl.Enable(EnableCap.ColorLogicOp);
        gl.Gl.LogicOp(LogicOp.Invert);
        gl.Gl.PolygonMode(TriangleFace.FrontAndBack, PolygonMode.Line);
        gl.Gl.ColorMask(false, true, false, true);
        gl.Gl.PixelStore(PixelStoreParameter.UnpackRowLength, 7);
        gl.Gl.PixelStore(PixelStoreParameter.UnpackSkipRows, 1);
        gl.Gl.PixelStore(PixelStoreParameter.PackRowLength, 1000);
        gl.Gl.PixelStore(PixelStoreParameter.PackSkipPixels, 1);
        gl.Gl.ClipControl(ClipControlOrigin.UpperLeft, ClipControlDepth.ZeroToOne);
        uint sampler = gl.Gl.CreateSampler();
        for (uint unit = 0; unit < 3; unit++)
        {
            gl.Gl.BindSampler(unit, sampler);
        }

        Assert.Equal(before, Scene.Picture(gl.Renderer, Scene.Frame(), 320, 240));
        gl.Gl.DeleteSampler(sampler);
    }

    [Fact]
    public void A_frame_allocates_nothing()
    {
        using OpenGL gl = OpenGL.OrSkip();
        byte[] rgba = new byte[4 * 640 * 480];
        Assert.Equal(0, Allocation.OfFrames(gl.Renderer, Scene, rgba, 640, 480));
    }

    [Fact]
    public void A_shader_that_does_not_compile_is_named_with_the_drivers_log()
    {
        using OpenGL gl = OpenGL.OrSkip();
        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(
            () => ShaderProgram.Compile(gl.Gl, ShaderType.FragmentShader, "wrong.frag", "#version 450 core\nvoid main() { nonsense; }"));
        Assert.StartsWith("wrong.frag does not compile: ", exception.Message, StringComparison.Ordinal);
        Assert.Contains("nonsense", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void After_its_context_is_gone_a_frame_is_drawn_the_same_in_another()
    {
        Drawing drawing = new();
        byte[][] pictures = new byte[2][];
        for (int context = 0; context < pictures.Length; context++)
        {
            using OpenGL gl = OpenGL.OrSkip();
            Assert.False(GraphicsDevice.IsLost(gl.Gl));
            gl.Renderer.Resize(400, 300);
            gl.Renderer.Arrange(Scene.Frame());
            drawing.Begin(gl.Renderer.Layout);
            drawing.Disc(200, 150, 60, 0x80FFFFFF);
            pictures[context] = Scene.Picture(gl.Renderer, Scene.Frame(drawing: drawing), 400, 300);
        }

        Assert.Equal(pictures[0], pictures[1]);
    }

    [Fact]
    public void Software_drivers_are_told_apart()
    {
        using OpenGL gl = OpenGL.OrSkip();
        Assert.Equal(gl.Renderer.Device.Name.Contains("llvmpipe", StringComparison.Ordinal), gl.Renderer.Device.IsSoftware);
        Assert.Contains("4.", gl.Renderer.Device.Version, StringComparison.Ordinal);
        using IFrameRenderer chosen = FrameRenderers.For(gl.Gl);
        Assert.Equal(gl.Renderer.Device.IsSoftware ? typeof(UploadRenderer) : typeof(FlowRenderer), chosen.GetType());
    }

    [Fact]
    public void A_context_below_4_5_is_refused_with_what_to_ask_for()
    {
        GraphicsDevice.RequireVersion(4, 5);
        GraphicsDevice.RequireVersion(5, 0);
        Assert.Contains("4.5 core", Assert.Throws<NotSupportedException>(() => GraphicsDevice.RequireVersion(4, 1)).Message, StringComparison.Ordinal);
        Assert.Contains("is of 3.3", Assert.Throws<NotSupportedException>(() => GraphicsDevice.RequireVersion(3, 3)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_uploaded_picture_is_the_CPUs_and_allocates_nothing()
    {
        using OpenGL gl = OpenGL.OrSkip();
        using UploadRenderer upload = new(gl.Gl);
        using SoftwareRenderer software = new();
        foreach ((int width, int height) in new[] { (641, 359), (0, 7), (640, 480) })
        {
            Assert.Equal(Scene.Picture(software, Scene.Frame(), width, height), Scene.Picture(upload, Scene.Frame(), width, height));
        }

        Assert.Equal(0, Allocation.OfFrames(upload, Scene, new byte[4 * 640 * 480], 640, 480));
    }
}
