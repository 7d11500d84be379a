// The forward pass of planar and radial chains in the plane, as fast as a core goes: a block of particles stays in registers while it
// passes through all layers, and the memory of the next is fetched meanwhile. Points and results are two rows of `count` floats;
// parameters are those of the engine's model files.
#include "layers.h"

// Rows of lanes that go through the layers side by side. Measured, 4 to 8.
#ifdef __clang__
enum { IN_FLIGHT = 6 };
#else
enum { IN_FLIGHT = 7 };
#endif

enum { BLOCK = IN_FLIGHT * LANES };

typedef particles step(const layer *, particles);

INLINE particles planar_step(const layer *l, particles p)
{
    V half;
    return planar_map(l, p, &half);
}

INLINE particles radial_step(const layer *l, particles p)
{
    V dx = p.x - splat(l->center0), dy = p.y - splat(l->center1);
    V r = root(PS(max)(splat(0x1p-120f), PS(min)(splat(0x1p120f), muladd(dy, dy, dx * dx))));
    V inverse = splat(1) / (splat(l->alpha) + r);
    V phi = (splat(l->s) + r) * inverse;
    p.product *= phi * muladd(r, splat(l->two_alpha) + r, splat(l->alpha_s)) * (inverse * inverse);
    p.x = muladd(phi, dx, splat(l->center0));
    p.y = muladd(phi, dy, splat(l->center1));
    return p;
}

// BLOCK particles through all layers.
INLINE void block(step *step, const layer *chain, int layers, const float *x, const float *y, float *to_x, float *to_y, float *log_det)
{
    particles p[IN_FLIGHT];
    W exponent[IN_FLIGHT];
    EACH(j, IN_FLIGHT)
    {
        p[j] = (particles){ load(x + j * LANES), load(y + j * LANES), splat(1) };
        exponent[j] = word(0);
    }

    for (int first = 0; first < layers; first = chain[first].run_end)
    {
        for (int k = first; k < chain[first].run_end; k++)
        {
            EACH(j, IN_FLIGHT) p[j] = step(chain + k, p[j]);
        }

        if (chain[first].run_end < layers)
        {
            EACH(j, IN_FLIGHT)
            {
                W e = exponent_around_one(p[j].product);
                p[j].product = scale_down(p[j].product, e);
                exponent[j] = EPI32(add)(exponent[j], e);
            }
        }
    }

    EACH(j, IN_FLIGHT)
    {
        store(to_x + j * LANES, p[j].x);
        store(to_y + j * LANES, p[j].y);
        store(log_det + j * LANES, log_scaled(p[j].product, exponent[j]));
    }
}

INLINE void forward(step *step, const layer *chain, int layers, const float *points, float *result, float *log_det, ptrdiff_t count)
{
    ptrdiff_t i = 0;
    for (; i <= count - BLOCK; i += BLOCK)
    {
        for (ptrdiff_t j = i + BLOCK; j < i + 2 * BLOCK; j += 64 / sizeof(float))
        {
            __builtin_prefetch(points + j);
            __builtin_prefetch(points + count + j);
            __builtin_prefetch(result + j, 1);
            __builtin_prefetch(result + count + j, 1);
            __builtin_prefetch(log_det + j, 1);
        }

        block(step, chain, layers, points + i, points + count + i, result + i, result + count + i, log_det + i);
    }

    if (i < count)
    {
        float rest[3][BLOCK] = { 0 };
        size_t size = (size_t)(count - i) * sizeof(float);
        memcpy(rest[0], points + i, size);
        memcpy(rest[1], points + count + i, size);
        block(step, chain, layers, rest[0], rest[1], rest[0], rest[1], rest[2]);
        memcpy(result + i, rest[0], size);
        memcpy(result + count + i, rest[1], size);
        memcpy(log_det + i, rest[2], size);
    }
}

// Functions of their own: beside an array of variable length a compiler may leave what it spills unaligned.
static NOINLINE void planar(const layer *chain, int layers, const float *points, float *result, float *log_det, ptrdiff_t count)
{
    forward(planar_step, chain, layers, points, result, log_det, count);
}

static NOINLINE void radial(const layer *chain, int layers, const float *points, float *result, float *log_det, ptrdiff_t count)
{
    forward(radial_step, chain, layers, points, result, log_det, count);
}

void planar_forward(const float *parameters, int layers, const float *points, float *result, float *log_det, ptrdiff_t count)
{
    layer chain[layers];
    prepare_planar(parameters, layers, chain);
    planar(chain, layers, points, result, log_det, count);
}

void radial_forward(const float *parameters, int layers, const float *points, float *result, float *log_det, ptrdiff_t count)
{
    layer chain[layers];
    prepare_radial(parameters, layers, chain);
    radial(chain, layers, points, result, log_det, count);
}
