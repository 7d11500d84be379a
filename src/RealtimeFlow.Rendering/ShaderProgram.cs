using System.Text;
using Silk.NET.OpenGL;

namespace RealtimeFlow.Rendering;

/// <summary>Compiles and links embedded shaders.</summary>
internal static class ShaderProgram
{
    private const string Include = "#include ";

    /// <summary>A program of one shader or more, each of the stage that its file's ending names.</summary>
    /// <exception cref="InvalidOperationException">The driver refused a shader; the message names its file and holds the driver's log.</exception>
    internal static uint Link(GL gl, params ReadOnlySpan<string> files)
    {
        uint program = gl.CreateProgram();
        foreach (string file in files)
        {
            uint shader = Compile(gl, Stage(file), file, Source(file));
            gl.AttachShader(program, shader);
            gl.DeleteShader(shader);
        }

        gl.LinkProgram(program);
        if (gl.GetProgram(program, ProgramPropertyARB.LinkStatus) == 0)
        {
            string log = gl.GetProgramInfoLog(program);
            gl.DeleteProgram(program);
            throw new InvalidOperationException($"{string.Join(" and ", files.ToArray())}: the program does not link: {log.Trim()}");
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

    private static ShaderType Stage(string file) => Path.GetExtension(file) switch
    {
        ".vert" => ShaderType.VertexShader,
        ".frag" => ShaderType.FragmentShader,
        _ => ShaderType.ComputeShader,
    };

    /// <summary>A shader's text, each line <c>#include "file"</c> replaced by that file's: OpenGL has no such directive.</summary>
    private static string Source(string file)
    {
        StringBuilder source = new();
        foreach (ReadOnlySpan<char> line in EmbeddedAssets.Text(file).AsSpan().EnumerateLines())
        {
            source.Append(line.StartsWith(Include, StringComparison.Ordinal) ? Source(line[Include.Length..].Trim('"').ToString()) : line).Append('\n');
        }

        return source.ToString();
    }
}
