using Silk.NET.OpenGL;

namespace RealtimeFlow.Rendering;

/// <summary>Compiles and links a pair of embedded shaders.</summary>
internal static class ShaderProgram
{
    /// <exception cref="InvalidOperationException">The driver refused a shader; the message names its file and holds the driver's log.</exception>
    internal static uint Link(GL gl, string vertexFile, string fragmentFile)
    {
        uint vertex = Compile(gl, ShaderType.VertexShader, vertexFile, EmbeddedAssets.Text(vertexFile));
        uint fragment = Compile(gl, ShaderType.FragmentShader, fragmentFile, EmbeddedAssets.Text(fragmentFile));
        uint program = gl.CreateProgram();
        gl.AttachShader(program, vertex);
        gl.AttachShader(program, fragment);
        gl.LinkProgram(program);
        gl.DeleteShader(vertex);
        gl.DeleteShader(fragment);
        if (gl.GetProgram(program, ProgramPropertyARB.LinkStatus) == 0)
        {
            string log = gl.GetProgramInfoLog(program);
            gl.DeleteProgram(program);
            throw new InvalidOperationException($"{vertexFile} and {fragmentFile} do not link: {log.Trim()}");
        }

        return program;
    }

    internal static uint Compile(GL gl, ShaderType type, string file, string source)
    {
        uint shader = gl.CreateShader(type);
        gl.ShaderSource(shader, source);
        gl.CompileShader(shader);
        if (gl.GetShader(shader, ShaderParameterName.CompileStatus) == 0)
        {
            string log = gl.GetShaderInfoLog(shader);
            gl.DeleteShader(shader);
            throw new InvalidOperationException($"{file} does not compile: {log.Trim()}");
        }

        return shader;
    }
}
