#version 450 core
// Coverage of a pixel by a box, a glyph, a segment or a circle, as opacity in whole levels of 255, so that the CPU renderer has the same.

layout(binding = 0) uniform sampler2D sheet;

// Width and height of a cell of the sheet, cells in a row of it, screen pixels per sheet pixel.
layout(location = 1) uniform ivec4 cells;

flat in ivec4 limits;
flat in int shape;
flat in ivec4 ink;
flat in vec4 points;
flat in vec4 normals;
flat in float stroke;

layout(location = 0) out vec4 color;

float segmentCoverage(vec2 center)
{
    vec2 fromStart = center - points.xy;
    vec2 fromEnd = center - points.zw;
    if (dot(fromStart, normals.xy) < 0.0 || (normals.zw != vec2(0.0) && dot(fromEnd, normals.zw) >= 0.0))
    {
        return 0.0;
    }
    vec2 along = points.zw - points.xy;
    float t = clamp(dot(fromStart, along) / dot(along, along), 0.0, 1.0);
    return stroke - length(fromStart - t * along);
}

void main()
{
    ivec2 pixel = ivec2(gl_FragCoord.xy);
    if (any(lessThan(pixel, limits.xy)) || any(greaterThanEqual(pixel, limits.zw)))
    {
        discard;
    }

    int opacity = ink.a;
    if (shape >= 0)
    {
        ivec2 corner = ivec2(shape % cells.z, shape / cells.z) * cells.xy;
        ivec2 inside = (pixel - ivec2(points.xy)) / cells.w;
        int coverage = int(texelFetch(sheet, corner + inside, 0).r * 255.0 + 0.5);
        opacity = (coverage * ink.a + 127) / 255;
    }
    else if (shape < -1)
    {
        float coverage = shape == -2
            ? segmentCoverage(gl_FragCoord.xy)
            : stroke - abs(distance(gl_FragCoord.xy, points.xy) - points.z);
        opacity = int(clamp(coverage, 0.0, 1.0) * float(ink.a) + 0.5);
    }
    color = vec4(ivec4(ink.rgb, opacity)) / 255.0;
}
