// A flow of planar and radial layers over a Gaussian, as FlowBuffer writes it: 32 bytes a layer.

struct Layer
{
    // Planar: w, u. Radial: centre, alpha, s.
    vec4 head;
    // Planar: b, k = w.u, s = 1 + k, 1. Radial: the last is 0.
    vec4 tail;
};

layout(std430, binding = 0) readonly restrict buffer Flow
{
    // Location and scale.
    vec4 base;
    Layer layers[];
};

bool isPlanar(Layer layer)
{
    return layer.tail.w != 0.0;
}

// LaneMath.Tanh. Some drivers' own tanh is a quotient of exponentials, not a number for large arguments.
vec4 flowTanh(vec4 x)
{
    x = clamp(x, -9.011, 9.011);
    vec4 y = x * x;
    vec4 a = x * fma(fma(vec4(0.0543466061), y, vec4(14.1704054)), y, vec4(475.999847));
    vec4 b = fma(fma(fma(vec4(0.00116864371), y, vec4(1.14823842)), y, vec4(107.67408)), y, vec4(951.999695));
    return a * (b + b) / fma(b, b, a * a);
}
