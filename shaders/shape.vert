#version 450 core
// One instance is a box, a glyph, a segment or a circle, as src/RealtimeFlow.Rendering/Shape.cs says. Positions are in pixels, row 0 at the top.

// Left, top, right, bottom: nothing is drawn outside.
layout(location = 0) in ivec4 bounds;
layout(location = 1) in int kind;
layout(location = 2) in ivec4 color;
layout(location = 3) in vec4 ends;
layout(location = 4) in vec4 cuts;
layout(location = 5) in float reach;

// Two over the picture's size in pixels.
layout(location = 0) uniform vec2 pixelToClip;

flat out ivec4 limits;
flat out int shape;
flat out ivec4 ink;
flat out vec4 points;
flat out vec4 normals;
flat out float stroke;

void main()
{
    vec2 side = vec2(gl_VertexID & 1, gl_VertexID >> 1);
    vec2 corner = mix(vec2(bounds.xy), vec2(bounds.zw), side);
    if (kind == -2)
    {
        // A long slanting line leaves most of its bounds empty: the rectangle lies along it.
        vec2 along = normalize(ends.zw - ends.xy) * (reach + 1.0);
        vec2 across = vec2(-along.y, along.x);
        corner = mix(ends.xy - along, ends.zw + along, side.x) + across * (side.y * 2.0 - 1.0);
    }
    gl_Position = vec4(corner * pixelToClip - 1.0, 0.0, 1.0);
    limits = bounds;
    shape = kind;
    ink = color;
    points = ends;
    normals = cuts;
    stroke = reach;
}
