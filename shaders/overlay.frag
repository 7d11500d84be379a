#version 450 core
// Coverage from the glyph sheet, without filtering. Text stands on the plain background only, so the blend
// is done here and needs no blending stage. It is done in whole levels of 255, which a driver's rounding of what
// a shader returns cannot move: the CPU renderer gets the same bytes.

layout(binding = 0) uniform sampler2D sheet;

// Width and height of a cell of the sheet, cells in a row of it, screen pixels per sheet pixel.
layout(location = 1) uniform ivec4 cells;
layout(location = 2) uniform ivec3 background;

flat in ivec2 origin;
flat in int glyph;
flat in ivec3 ink;

layout(location = 0) out vec4 color;

void main()
{
    int coverage = 255;
    if (glyph >= 0)
    {
        ivec2 corner = ivec2(glyph % cells.z, glyph / cells.z) * cells.xy;
        ivec2 inside = (ivec2(gl_FragCoord.xy) - origin) / cells.w;
        coverage = int(texelFetch(sheet, corner + inside, 0).r * 255.0 + 0.5);
    }
    ivec3 levels = (background * (255 - coverage) + ink * coverage + 127) / 255;
    color = vec4(vec3(levels) / 255.0, 1.0);
}
