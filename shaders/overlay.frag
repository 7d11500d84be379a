#version 450 core
// Coverage from the glyph sheet, without filtering. Text stands on the plain background only, so the blend
// is done here and needs no blending stage: the CPU renderer gets the same bytes.

layout(binding = 0) uniform sampler2D sheet;

// Width and height of a cell of the sheet, cells in a row of it, screen pixels per sheet pixel.
layout(location = 1) uniform ivec4 cells;
layout(location = 2) uniform vec3 background;

flat in ivec2 origin;
flat in int glyph;
flat in vec3 ink;

layout(location = 0) out vec4 color;

void main()
{
    float coverage = 1.0;
    if (glyph >= 0)
    {
        ivec2 corner = ivec2(glyph % cells.z, glyph / cells.z) * cells.xy;
        ivec2 inside = (ivec2(gl_FragCoord.xy) - origin) / cells.w;
        coverage = texelFetch(sheet, corner + inside, 0).r;
    }
    color = vec4(mix(background, ink, coverage), 1.0);
}
