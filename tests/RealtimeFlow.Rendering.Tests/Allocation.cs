namespace RealtimeFlow.Rendering.Tests;

internal static class Allocation
{
    /// <summary>Bytes allocated on this thread by ten frames, read back, after some that fill the buffers and compile the code.</summary>
    internal static long OfFrames(IFrameRenderer renderer, Scene scene, byte[] rgba, int width, int height)
    {
        renderer.Resize(width, height);
        long before = 0;
        for (int frame = -40; frame < 10; frame++)
        {
            if (frame == 0)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            renderer.Resize(width, height);
            renderer.Render(scene.Frame());
            renderer.ReadPixels(rgba);
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
