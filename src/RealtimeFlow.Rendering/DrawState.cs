using Silk.NET.OpenGL;

namespace RealtimeFlow.Rendering;

/// <summary>Sets all that decides what a draw, a copy, an upload or a read does: the context may be shared with an embedder's own drawing.</summary>
internal static class DrawState
{
    private static readonly EnableCap[] Off =
    [
        EnableCap.Blend, EnableCap.ColorLogicOp, EnableCap.CullFace, EnableCap.DepthTest, EnableCap.FramebufferSrgb,
        EnableCap.RasterizerDiscard, EnableCap.ScissorTest, EnableCap.StencilTest,
    ];

    internal static void Set(GL gl)
    {
        foreach (EnableCap capability in Off)
        {
            gl.Disable(capability);
        }

        gl.ColorMask(true, true, true, true);
        gl.PolygonMode(TriangleFace.FrontAndBack, PolygonMode.Fill);
        gl.ClipControl(ClipControlOrigin.LowerLeft, ClipControlDepth.NegativeOneToOne);
        for (uint unit = 0; unit < 3; unit++)
        {
            gl.BindSampler(unit, 0);
        }

        SetTransfer(gl);
    }

    /// <summary>Pixels go to and from memory in rows without gaps.</summary>
    internal static void SetTransfer(GL gl)
    {
        gl.BindBuffer(BufferTargetARB.PixelUnpackBuffer, 0);
        gl.PixelStore(PixelStoreParameter.UnpackAlignment, 1);
        gl.PixelStore(PixelStoreParameter.UnpackRowLength, 0);
        gl.PixelStore(PixelStoreParameter.UnpackSkipRows, 0);
        gl.PixelStore(PixelStoreParameter.UnpackSkipPixels, 0);
        gl.PixelStore(PixelStoreParameter.UnpackSwapBytes, 0);
        gl.BindBuffer(BufferTargetARB.PixelPackBuffer, 0);
        gl.PixelStore(PixelStoreParameter.PackAlignment, 1);
        gl.PixelStore(PixelStoreParameter.PackRowLength, 0);
        gl.PixelStore(PixelStoreParameter.PackSkipRows, 0);
        gl.PixelStore(PixelStoreParameter.PackSkipPixels, 0);
        gl.PixelStore(PixelStoreParameter.PackSwapBytes, 0);
    }
}
