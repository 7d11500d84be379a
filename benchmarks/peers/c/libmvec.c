// Vectors by intrinsics with the vector tanh and log of glibc's libmvec (2.35 or later), layer after layer over a block in the
// first-level cache: a call keeps no vector register, so there is nothing to gain from layers inside.
#include <string.h>
#include "layers.h"

#if defined(__AVX512F__) && defined(__AVX512DQ__)
#define VECTOR(name) _ZGVeN16v_##name
#else
#define VECTOR(name) _ZGVdN8v_##name
#endif

V VECTOR(tanhf)(V);
V VECTOR(logf)(V);

enum { BLOCK = 1024 };

static NOINLINE void block(const layer *chain, int layers, float *x, float *y, float *product, int size)
{
    for (int i = 0; i < size; i += LANES)
    {
        store(product + i, splat(1));
    }

    for (const layer *l = chain; l < chain + layers; l++)
    {
        // Of the whole tanh, not half of it.
        float u0 = 0.5f * l->u0, u1 = 0.5f * l->u1, k = 0.25f * l->k, rho = 4 * l->rho;
        for (int i = 0; i < size; i += LANES)
        {
            V vx = load(x + i), vy = load(y + i);
            V t = VECTOR(tanhf)(muladd(splat(l->w1), vy, muladd(splat(l->w0), vx, splat(l->b))));
            store(product + i, load(product + i) * muladd(splat(k), negmuladd(t, t, splat(rho)), splat(l->c0)));
            store(x + i, muladd(splat(u0), t, vx));
            store(y + i, muladd(splat(u1), t, vy));
        }
    }

    for (int i = 0; i < size; i += LANES)
    {
        store(product + i, VECTOR(logf)(load(product + i)));
    }
}

void planar_forward(const float *parameters, int layers, const float *points, float *result, float *log_det, ptrdiff_t count)
{
    layer chain[layers];
    float x[BLOCK] = { 0 }, y[BLOCK] = { 0 }, product[BLOCK];
    prepare_planar(parameters, layers, chain);
    for (ptrdiff_t i = 0; i < count; i += BLOCK)
    {
        int size = count - i < BLOCK ? (int)(count - i) : BLOCK;
        memcpy(x, points + i, size * sizeof(float));
        memcpy(y, points + count + i, size * sizeof(float));
        block(chain, layers, x, y, product, size);
        memcpy(result + i, x, size * sizeof(float));
        memcpy(result + count + i, y, size * sizeof(float));
        memcpy(log_det + i, product, size * sizeof(float));
    }
}
