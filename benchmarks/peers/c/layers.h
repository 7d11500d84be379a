// Layers of the plane in the form that kernels read; the formulas, bounds and names are those of src/RealtimeFlow/Flows.
#pragma once
#include <math.h>
#include <string.h>
#include "lanes.h"

typedef struct
{
    union
    {
        // f(z) = z + 2u h, det = k (rho - h^2) + c0 with h = tanh(w.z + b) / 2: the constants hold the powers of two that h lacks.
        struct { float w0, w1, u0, u1, b, k, rho, c0; };

        // f(z) = c + phi (z - c), phi = (s + r)/(alpha + r), psi = (r^2 + 2 alpha r + alpha s)/(alpha + r)^2, det = phi psi.
        struct { float center0, center1, alpha, s, two_alpha, alpha_s; };
    };

    // In the first layer of a run: the layer after its last. Within a run no product of determinants leaves the range of a float.
    int run_end;
} layer;

// A row of lanes of particles, and the product of their determinants.
typedef struct { V x, y, product; } particles;

INLINE V planar_determinant(const layer *l, V half)
{
    return muladd(splat(l->k), negmuladd(half, half, splat(l->rho)), splat(l->c0));
}

// The planar layer; h is what its derivative needs.
INLINE particles planar_map(const layer *l, particles p, V *half)
{
    V h = half_tanh(muladd(splat(l->w1), p.y, muladd(splat(l->w0), p.x, splat(l->b))));
    p.product *= planar_determinant(l, h);
    p.x = muladd(splat(l->u0), h, p.x);
    p.y = muladd(splat(l->u1), h, p.y);
    *half = h;
    return p;
}

// A bound on |log2 x|, from the exponent alone.
static int exponent_bound(double x)
{
    int exponent = ilogb(x);
    return exponent < 0 ? -exponent : exponent + 1;
}

// Cuts a chain into runs whose determinants stay within 2^120 and its inverse, given a bound on the |log2| of each.
static void cut_into_runs(layer *chain, int layers, const int *bounds)
{
    int first = 0, total = 0;
    for (int k = 0; k < layers; k++)
    {
        if (total + bounds[k] > 120)
        {
            chain[first].run_end = k;
            first = k;
            total = 0;
        }

        total += bounds[k];
    }

    chain[first].run_end = layers;
}

// From [w0 w1 u0 u1 b] a layer.
static void prepare_planar(const float *parameters, int layers, layer *chain)
{
    int bounds[layers];
    for (int i = 0; i < layers; i++, parameters += 5)
    {
        const float *p = parameters;
        double k = (double)p[0] * p[2] + (double)p[1] * p[3], s = 1 + k;
        chain[i].w0 = p[0];
        chain[i].w1 = p[1];
        chain[i].u0 = 2 * p[2];
        chain[i].u1 = 2 * p[3];
        chain[i].b = p[4];
        chain[i].k = (float)(4 * k);
        chain[i].rho = k > 0 ? 0.25f : 0;
        chain[i].c0 = k > 0 ? 1 : (float)s;
        bounds[i] = exponent_bound(s);
    }

    cut_into_runs(chain, layers, bounds);
}

// From [c0 c1 alpha beta] a layer.
static void prepare_radial(const float *parameters, int layers, layer *chain)
{
    int bounds[layers];
    for (int i = 0; i < layers; i++, parameters += 4)
    {
        const float *p = parameters;
        double alpha = p[2], s = alpha + p[3];
        chain[i].center0 = p[0];
        chain[i].center1 = p[1];
        chain[i].alpha = (float)alpha;
        chain[i].s = (float)s;
        chain[i].two_alpha = (float)(2 * alpha);
        chain[i].alpha_s = (float)(alpha * s);
        bounds[i] = 2 * exponent_bound(s / alpha);
    }

    cut_into_runs(chain, layers, bounds);
}
