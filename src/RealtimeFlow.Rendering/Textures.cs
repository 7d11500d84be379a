using Silk.NET.OpenGL;

namespace RealtimeFlow.Rendering;

internal static class Textures
{
    /// <summary>An immutable texture of one level, for texelFetch and as a render target.</summary>
    /// <exception cref="ArgumentException">The driver makes no texture of this size.</exception>
    internal static uint Create(GL gl, int width, int height, SizedInternalFormat format)
    {
        int largest = gl.GetInteger(GetPName.MaxTextureSize);
        if (width > largest || height > largest)
        {
            throw new ArgumentException($"This OpenGL driver makes textures up to {largest} × {largest}, not {width} × {height}.");
        }

        gl.CreateTextures(TextureTarget.Texture2D, 1, out uint texture);
        gl.TextureStorage2D(texture, 1, format, (uint)width, (uint)height);
        gl.TextureParameter(texture, TextureParameterName.TextureMinFilter, (int)TextureMinFilter.Nearest);
        gl.TextureParameter(texture, TextureParameterName.TextureMagFilter, (int)TextureMagFilter.Nearest);
        gl.TextureParameter(texture, TextureParameterName.TextureWrapS, (int)TextureWrapMode.ClampToEdge);
        gl.TextureParameter(texture, TextureParameterName.TextureWrapT, (int)TextureWrapMode.ClampToEdge);
        return texture;
    }
}
