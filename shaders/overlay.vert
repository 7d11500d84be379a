#version 450 core
// One instance is a glyph or a plain box. Positions are whole pixels, row 0 at the top.

layout(location = 0) in ivec4 rect;
layout(location = 1) in int cell;
layout(location = 2) in ivec4 color;

// Two over the picture's size in pixels.
layout(location = 0) uniform vec2 pixelToClip;

flat out ivec2 origin;
flat out int glyph;
flat out ivec3 ink;

void main()
{
    ivec2 corner = rect.xy + ivec2(gl_VertexID & 1, gl_VertexID >> 1) * rect.zw;
    gl_Position = vec4(vec2(corner) * pixelToClip - 1.0, 0.0, 1.0);
    origin = rect.xy;
    glyph = cell;
    ink = color.rgb;
}
