#version 450 core
// A grid of particle counts, log-densities or differences as a tone-mapped picture, or a picture as it is. SoftwareRenderer draws the same
// arithmetic on the CPU: interpolate the density itself (not its logarithm), then map tones, then colours.

layout(binding = 0) uniform usampler2D counts;
layout(binding = 1) uniform sampler2D values;
// The colours of densities, and in row 1 those of differences.
layout(binding = 2) uniform sampler2D colors;

// Left, top, width and height of the panel in pixels; the row of pixels with index 0 is the top one.
layout(location = 0) uniform vec4 rect;
// PanelKind, and the channels of a picture.
layout(location = 1) uniform ivec2 kind;
// Panel.Factor.
layout(location = 2) uniform float factor;
// Cells of the grid in a pixel. Divided on the CPU: a driver may round a quotient otherwise, and where neighbours differ by orders
// of magnitude the last digit of a position shows.
layout(location = 3) uniform vec2 cellsPerPixel;
layout(location = 4) uniform vec3 notANumber;
// ToneCurve: offset, contrast, low, high; then slope and start of the logarithm.
layout(location = 5) uniform vec4 curve;
layout(location = 6) uniform vec2 line;

layout(location = 0) out vec4 color;

const int COUNTS = 0, LOG_DENSITY = 1, DIFFERENCE = 2, IMAGE = 3;

// The four cells around a point, in the order of textureGather: upper left, upper right, lower right, lower left.
vec4 relativeDensities(vec2 corner)
{
    switch (kind.x)
    {
        case COUNTS: return vec4(textureGather(counts, corner)) * factor;
        case LOG_DENSITY: return exp(textureGather(values, corner) - factor);
        default: return textureGather(values, corner) * factor;
    }
}

// On the way from one density to another. From the first and the difference, as drivers compute mix, one that is greater by orders
// of magnitude would leave only its rounding of the other.
float between(float first, float second, float part)
{
    precise float sum = first * (1.0 - part) + second * part;
    return sum;
}

vec3 sampleAt(ivec2 cell)
{
    vec3 levels = texelFetch(values, cell, 0).rgb;
    return kind.y == 1 ? levels.rrr : levels;
}

vec3 toned(float relative)
{
    float argument = clamp(abs(relative) * curve.y + curve.x, curve.z, curve.w);
    float brightness = log(argument) * line.x + line.y;
    bool isDifference = kind.x == DIFFERENCE;
    float entry = clamp(isDifference ? 0.5 + 0.5 * sign(relative) * brightness : brightness, 0.0, 1.0) * 255.0;
    int index = int(entry);
    int row = isDifference ? 1 : 0;
    return mix(
        texelFetch(colors, ivec2(index, row), 0).rgb,
        texelFetch(colors, ivec2(min(index + 1, 255), row), 0).rgb,
        entry - float(index));
}

void main()
{
    bool isImage = kind.x == IMAGE;
    ivec2 last = (kind.x == COUNTS ? textureSize(counts, 0) : textureSize(values, 0)) - 1;
    // Row 0 of a grid is the lowest y, row 0 of the picture the highest; an image begins at the top as the picture does.
    float fromTop = gl_FragCoord.y - rect.y;
    vec2 pixel = vec2(gl_FragCoord.x - rect.x, isImage ? fromTop : rect.w - fromTop);
    precise vec2 position = pixel * cellsPerPixel - 0.5;
    vec2 grid = clamp(position, vec2(0.0), vec2(last));
    vec2 low = floor(grid);
    vec2 part = grid - low;
    if (isImage)
    {
        ivec2 cell = ivec2(low);
        ivec2 next = min(cell + 1, last);
        vec3 upper = mix(sampleAt(cell), sampleAt(ivec2(next.x, cell.y)), part.x);
        vec3 lower = mix(sampleAt(ivec2(cell.x, next.y)), sampleAt(next), part.x);
        color = vec4(mix(upper, lower, part.y), 1.0);
        return;
    }

    vec4 cells = relativeDensities((low + 1.0) / vec2(last + 1));
    // A cell that weighs nothing may be no number.
    vec2 column = part.x > 0.0 ? vec2(between(cells.w, cells.z, part.x), between(cells.x, cells.y, part.x)) : cells.wx;
    float relative = part.y > 0.0 ? between(column.x, column.y, part.y) : column.x;
    color = vec4(isnan(relative) ? notANumber : toned(relative), 1.0);
}
