#version 450 core
// The exact log-density of the flow at the centre of every pixel: each layer is inverted, as src/RealtimeFlow/Flows does it.

#include "flow.glsl"

layout(local_size_x = 16, local_size_y = 16) in;
layout(binding = 0, r32f) uniform writeonly restrict image2D logDensity;

// Half the side of the square that is seen.
layout(location = 0) uniform float viewRadius;
// ln q_0 less the squares: -ln 2 pi - ln sigma_x - ln sigma_y.
layout(location = 1) uniform float logNormalizer;

// a - tanh a without cancellation, for a >= 0.
float aMinusTanh(float a, float t)
{
    float a2 = a * a;
    float series = fma(a2, 1382.0 / 155925.0, -62.0 / 2835.0);
    series = fma(a2, series, 17.0 / 315.0);
    series = fma(a2, series, -2.0 / 15.0);
    series = fma(a2, series, 1.0 / 3.0);
    return a < 0.35 ? a * a2 * series : a - t;
}

// 1 + k (1 - t^2) from terms of one sign.
float determinantAt(float k, float s, float t)
{
    return k > 0.0 ? fma(k, fma(-t, t, 1.0), 1.0) : fma(k, -t * t, s);
}

// The a >= 0 with a + k tanh a = target. From the end of its bracket Newton's steps go one way: they end where rounding turns them.
float solve(float k, float s, float target)
{
    float root;
    if (k > 0.0)
    {
        root = max(target - k, target / s);
    }
    else
    {
        // The cube root only has to start Newton's method; as in PlanarLayer.Bracket.
        float cube = 3.0 * target;
        float third = intBitsToFloat(floatBitsToInt(cube) / 3 + 0x2a517d47);
        float third3 = third * third * third;
        third *= (third3 + cube + cube) / (third3 + third3 + cube);
        root = min(min(target - k, target / s), fma(1.2, target, 1.002 * third));
    }

    for (int i = 0; i < 64; i++)
    {
        float t = flowTanh(vec4(root)).x;
        float next = root - fma(s, t, aMinusTanh(root, t) - target) / determinantAt(k, s, t);
        if (!(k > 0.0 ? next > root : next < root))
        {
            break;
        }
        root = next;
    }
    return root;
}

// Replaces z by its origin and returns the determinant of the map there.
float invertPlanar(Layer layer, inout vec2 z)
{
    vec2 w = layer.head.xy;
    vec2 u = layer.head.zw;
    float b = layer.tail.x;
    float k = layer.tail.y;
    float s = layer.tail.z;
    float c = clamp(fma(w.y, z.y, fma(w.x, z.x, b)), -1e37, 1e37);
    float root = solve(k, s, abs(c));
    float t = flowTanh(vec4(root)).x;
    float side = c < 0.0 ? -1.0 : 1.0;
    z = fma(-u, vec2(side * t), z);
    if (k < 1.25)
    {
        return determinantAt(k, s, t);
    }

    // What w.z + b misses of the root is a step along u; see PlanarLayer.InverseEnd.
    float missed = fma(w.y, z.y, fma(w.x, z.x, b)) - side * root;
    z = fma(-u, vec2(root < 20.0 ? missed / k : 0.0), z);
    float e = exp(-2.0 * root);
    return fma(k, 4.0 * e / ((1.0 + e) * (1.0 + e)), 1.0);
}

float invertRadial(Layer layer, inout vec2 z)
{
    vec2 center = layer.head.xy;
    float alpha = layer.head.z;
    float s = layer.head.w;
    vec2 v = z - center;
    float rho = min(sqrt(dot(v, v)), 1152921504606846976.0);
    float p = rho - s;
    float q = abs(p) + sqrt(fma(p, p, 4.0 * alpha * rho));
    float r = p < 0.0 ? 2.0 * alpha * rho / q : 0.5 * q;
    float a = alpha + r;
    z = fma(vec2(a / (s + r)), v, center);
    return (s + r) / a * (fma(r, 2.0 * alpha + r, alpha * s) / a / a);
}

void main()
{
    ivec2 pixel = ivec2(gl_GlobalInvocationID.xy);
    int side = imageSize(logDensity).x;
    if (pixel.x >= side || pixel.y >= side)
    {
        return;
    }

    vec2 z = fma(vec2(pixel) + 0.5, vec2(2.0 * viewRadius / float(side)), vec2(-viewRadius));

    // Determinants are multiplied, their exponents split off: one logarithm a pixel.
    float product = 1.0;
    int exponent = 0;
    for (int i = layers.length() - 1; i >= 0; i--)
    {
        Layer layer = layers[i];
        product *= isPlanar(layer) ? invertPlanar(layer, z) : invertRadial(layer, z);
        int shift;
        product = frexp(product, shift);
        exponent += shift;
    }

    vec2 epsilon = (z - base.xy) / base.zw;
    float logDeterminant = fma(float(exponent), 0.693147180559945, log(product));
    imageStore(logDensity, pixel, vec4(logNormalizer - 0.5 * dot(epsilon, epsilon) - logDeterminant));
}
