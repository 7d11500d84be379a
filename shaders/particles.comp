#version 450 core
// Particles from their index to the count image: noise, base, flow, bin. No position is ever stored. An invocation makes two calls
// of Philox, four particles, which go through the layers side by side.

#include "noise.glsl"
#include "flow.glsl"

layout(local_size_x = 256) in;
layout(binding = 0, r32ui) uniform uimage2D counts;

// The stream of random numbers, low words first.
layout(location = 0) uniform uvec2 seed;
layout(location = 1) uniform uvec2 stream;
// The first call of Philox of this dispatch.
layout(location = 2) uniform uint firstCall;
// All particles.
layout(location = 3) uniform uint count;
// Bins in a unit of the plane.
layout(location = 4) uniform float binsPerUnit;

void main()
{
    uint call = firstCall + 2u * gl_GlobalInvocationID.x;
    vec4 x, y;
    normalPoints(philox(uvec4(call, 0u, stream), seed), x.xy, y.xy);
    normalPoints(philox(uvec4(call + 1u, 0u, stream), seed), x.zw, y.zw);
    x = fma(vec4(base.z), x, vec4(base.x));
    y = fma(vec4(base.w), y, vec4(base.y));

    for (int i = 0; i < layers.length(); i++)
    {
        Layer layer = layers[i];
        if (isPlanar(layer))
        {
            vec4 t = flowTanh(fma(vec4(layer.head.y), y, fma(vec4(layer.head.x), x, vec4(layer.tail.x))));
            x = fma(vec4(layer.head.z), t, x);
            y = fma(vec4(layer.head.w), t, y);
        }
        else
        {
            vec4 dx = x - layer.head.x;
            vec4 dy = y - layer.head.y;
            // Beyond 2^60 the factor is 1 to all digits, and squares stay finite.
            vec4 r = min(sqrt(fma(dy, dy, dx * dx)), 1152921504606846976.0);
            vec4 phi = (layer.head.w + r) / (layer.head.z + r);
            x = fma(phi, dx, vec4(layer.head.x));
            y = fma(phi, dy, vec4(layer.head.y));
        }
    }

    // Sixteen calls make 32 points: those of words 0 and 1, then those of words 2 and 3.
    uint point = (call >> 4) * 32u + (call & 15u);
    uvec4 index = uvec4(point, point + 16u, point + 1u, point + 17u);
    float side = float(imageSize(counts).x);
    x = fma(x, vec4(binsPerUnit), vec4(0.5 * side));
    y = fma(y, vec4(binsPerUnit), vec4(0.5 * side));
    for (int i = 0; i < 4; i++)
    {
        if (index[i] < count && 0.0 < x[i] && x[i] < side && 0.0 < y[i] && y[i] < side)
        {
            imageAtomicAdd(counts, ivec2(x[i], y[i]), 1u);
        }
    }
}
