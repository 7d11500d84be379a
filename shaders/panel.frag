#version 450 core
// A grid of particle counts or log-densities as a tone-mapped picture. SoftwareRenderer draws the same
// arithmetic on the CPU: interpolate the density itself (not its logarithm), then map tones, then colours.

layout(binding = 0) uniform usampler2D counts;
layout(binding = 1) uniform sampler2D logDensity;
layout(binding = 2) uniform sampler2D colors;

// Left, top, width and height of the panel in pixels; the row of pixels with index 0 is the top one.
layout(location = 0) uniform vec4 rect;
layout(location = 1) uniform bool isCounts;
// For counts the factor from a count to density over exposure, for log-densities the logarithm of the exposure.
layout(location = 2) uniform float scale;
// Contrast k of the tone curve log(1 + k r) / log(1 + k), and the reciprocal of its denominator.
layout(location = 3) uniform vec2 tone;
layout(location = 4) uniform vec3 notANumber;
// Cells of the grid in a pixel. Divided on the CPU: a driver may round a quotient otherwise, and where neighbours differ by orders
// of magnitude the last digit of a position shows.
layout(location = 5) uniform vec2 cellsPerPixel;

layout(location = 0) out vec4 color;

// The four cells around a point, in the order of textureGather: upper left, upper right, lower right, lower left.
vec4 relativeDensities(vec2 corner)
{
    return isCounts
        ? vec4(textureGather(counts, corner)) * scale
        : exp(textureGather(logDensity, corner) - scale);
}

void main()
{
    ivec2 last = (isCounts ? textureSize(counts, 0) : textureSize(logDensity, 0)) - 1;
    // Row 0 of the grid is the lowest y, row 0 of the picture the highest.
    vec2 pixel = vec2(gl_FragCoord.x - rect.x, rect.w - (gl_FragCoord.y - rect.y));
    precise vec2 position = pixel * cellsPerPixel - 0.5;
    vec2 grid = clamp(position, vec2(0.0), vec2(last));
    vec2 low = floor(grid);
    vec2 part = grid - low;
    vec4 cells = relativeDensities((low + 1.0) / vec2(last + 1));
    vec2 column = mix(cells.wx, cells.zy, part.x);
    float relative = mix(column.x, column.y, part.y);

    float entry = min(log(1.0 + tone.x * relative) * tone.y, 1.0) * 255.0;
    int index = int(entry);
    vec3 mapped = mix(
        texelFetch(colors, ivec2(index, 0), 0).rgb,
        texelFetch(colors, ivec2(min(index + 1, 255), 0), 0).rgb,
        entry - float(index));
    color = vec4(isnan(relative) ? notANumber : mapped, 1.0);
}
