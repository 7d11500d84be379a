// The gradient of the free energy of a planar chain in the plane, E[-ln det - ln p] with -ln p = U1: from points of the base, which are
// given, to the sums over a batch. A tile goes forward and backward while it stays in the first-level cache.
#include "layers.h"

enum
{
    FORWARD = 8,                      // rows of lanes in flight on the way forward,
    BACKWARD = 4,                     // and on the way back
    TILE = FORWARD * LANES,
    CHECKPOINT = 8,                   // layers whose input is kept rather than recovered from the output, as the engine does
    SHARD = 512,                      // particles that are summed in float32, as the engine does
    SUMS = 6,                         // a layer's: u0 u1 w0 w1 k b
    STATISTICS = 2,                   // ln det, U1
    MOST_LAYERS = 64
};

typedef struct
{
    V half[MOST_LAYERS][FORWARD];
    V x[MOST_LAYERS / CHECKPOINT][FORWARD], y[MOST_LAYERS / CHECKPOINT][FORWARD];
    V end_x[FORWARD], end_y[FORWARD], by_x[FORWARD], by_y[FORWARD];
    V sums[MOST_LAYERS][SUMS];
    V statistics[STATISTICS];
} workspace;

// exp(x) for -87 < x <= 0, within 1.1 ulp; below, what is left of exp(-87).
INLINE V decay_of(V x)
{
    V c = PS(max)(splat(-87), x), shifter = splat(12582912);
    V shifted = muladd(c, splat(1.44269504f), shifter), n = shifted - shifter;
    V r = negmuladd(n, splat(-2.12194440e-4f), negmuladd(n, splat(0.693359375f), c));
    V q = splat(0.00138145511f);
    q = muladd(q, r, splat(0.00836878642f));
    q = muladd(q, r, splat(0.0416683629f));
    q = muladd(q, r, splat(0.166665211f));
    q = muladd(q, r, splat(0.499999940f));
    V e = muladd(q, r * r, r) + splat(1);
    return of_bits(EPI32(add)(bits_of(e), EPI32(slli)(EPI32(sub)(bits_of(shifted), bits_of(shifter)), 23)));
}

INLINE V sign_of(V x) { return of_bits(BITS(and)(bits_of(x), word((int)0x80000000))); }
INLINE V with_sign(V x, V sign) { return of_bits(BITS(xor)(bits_of(x), bits_of(sign))); }

// U1 and its gradient, as src/RealtimeFlow/Targets/Ring.cs has it.
INLINE V ring(V x, V y, V *by_x, V *by_y)
{
    V sign = sign_of(x), abs_x = with_sign(x, sign);
    V radius = PS(sqrt)(muladd(x, x, y * y)), offset = radius - splat(2), pull = offset * splat(1 / (0.4f * 0.4f));
    V per_radius = pull / PS(max)(radius, splat(0x1p-60f));
    V near = abs_x - splat(2), near_pull = near * splat(1 / (0.6f * 0.6f));
    V decay = decay_of(abs_x * splat(-4 / (0.6f * 0.6f))), far_share = decay / (splat(1) + decay);
    *by_x = muladd(per_radius, x, with_sign(muladd(far_share, splat(4 / (0.6f * 0.6f)), near_pull), sign));
    *by_y = per_radius * y;

    // Beside the rest of U1 the rounding of 1 + decay is nothing.
    return muladd(splat(0.5f) * pull, offset, splat(0.5f) * near_pull * near - log_scaled(splat(1) + decay, word(0)));
}

INLINE void tile_forward(const layer *chain, int layers, const float *x, const float *y, workspace *w)
{
    particles p[FORWARD];
    W exponent[FORWARD];
    EACH(j, FORWARD)
    {
        p[j] = (particles){ load(x + j * LANES), load(y + j * LANES), splat(1) };
        exponent[j] = word(0);
    }

    for (int first = 0; first < layers; first = chain[first].run_end)
    {
        for (int k = first; k < chain[first].run_end; k++)
        {
            if (k % CHECKPOINT == 0)
            {
                EACH(j, FORWARD)
                {
                    w->x[k / CHECKPOINT][j] = p[j].x;
                    w->y[k / CHECKPOINT][j] = p[j].y;
                }
            }

            EACH(j, FORWARD) p[j] = planar_map(chain + k, p[j], &w->half[k][j]);
        }

        if (chain[first].run_end < layers)
        {
            EACH(j, FORWARD)
            {
                W e = exponent_around_one(p[j].product);
                p[j].product = scale_down(p[j].product, e);
                exponent[j] = EPI32(add)(exponent[j], e);
            }
        }
    }

    for (int j = 0; j < FORWARD; j++)
    {
        w->end_x[j] = p[j].x;
        w->end_y[j] = p[j].y;
        w->statistics[0] += log_scaled(p[j].product, exponent[j]);
    }
}

// From [j] on, BACKWARD rows of lanes: cotangents from the output to the input, and their sums.
INLINE void rows_backward(const layer *chain, int layers, int from, workspace *w)
{
    V x[BACKWARD], y[BACKWARD], by_x[BACKWARD], by_y[BACKWARD];
    EACH(j, BACKWARD)
    {
        x[j] = w->end_x[from + j];
        y[j] = w->end_y[from + j];
        by_x[j] = w->by_x[from + j];
        by_y[j] = w->by_y[from + j];
    }

    for (int k = layers - 1; k >= 0; k--)
    {
        const layer *l = chain + k;
        V *sums = w->sums[k];
        V u0 = sums[0], u1 = sums[1], w0 = sums[2], w1 = sums[3], kappa = sums[4], b = sums[5];
        EACH(j, BACKWARD)
        {
            // With h = t / 2, g = (1 - t^2) / 4 and constants U = 2u and 8k, pull = y'.U + 8k h / det is twice y'.u + 2k t / det, and
            // a = g pull half the cotangent of w.z + b.
            V h = w->half[k][from + j], g = negmuladd(h, h, splat(0.25f));
            V per_det = splat(1) / planar_determinant(l, h);
            V pull = muladd(splat(l->u0), by_x[j], muladd(splat(l->u1), by_y[j], splat(l->pull) * h * per_det));
            V a = g * pull;
            x[j] = negmuladd(splat(l->u0), h, x[j]);
            y[j] = negmuladd(splat(l->u1), h, y[j]);
            u0 = muladd(by_x[j], h, u0);
            u1 = muladd(by_y[j], h, u1);
            w0 = muladd(x[j], a, w0);
            w1 = muladd(y[j], a, w1);
            kappa = muladd(g, per_det, kappa);
            b += a;
            by_x[j] = muladd(splat(l->two_w0), a, by_x[j]);
            by_y[j] = muladd(splat(l->two_w1), a, by_y[j]);
        }

        sums[0] = u0, sums[1] = u1, sums[2] = w0, sums[3] = w1, sums[4] = kappa, sums[5] = b;
        if (k % CHECKPOINT == 0 && k > 0)
        {
            EACH(j, BACKWARD)
            {
                x[j] = w->x[k / CHECKPOINT][from + j];
                y[j] = w->y[k / CHECKPOINT][from + j];
            }
        }
    }
}

INLINE double sum_of(V v)
{
    float lanes[LANES];
    double sum = 0;
    store(lanes, v);
    for (int i = 0; i < LANES; i++)
    {
        sum += lanes[i];
    }

    return sum;
}

static NOINLINE void sum_shards(const layer *chain, int layers, const float *points, ptrdiff_t count, workspace *w, double *sums)
{
    for (ptrdiff_t start = 0; start < count; start += SHARD)
    {
        memset(w->sums, 0, sizeof w->sums);
        memset(w->statistics, 0, sizeof w->statistics);
        for (ptrdiff_t i = start; i < start + SHARD; i += TILE)
        {
            tile_forward(chain, layers, points + i, points + count + i, w);
            for (int j = 0; j < FORWARD; j++)
            {
                w->statistics[1] += ring(w->end_x[j], w->end_y[j], &w->by_x[j], &w->by_y[j]);
            }

            for (int j = 0; j < FORWARD; j += BACKWARD)
            {
                rows_backward(chain, layers, j, w);
            }
        }

        for (int i = 0; i < layers * SUMS; i++)
        {
            sums[i] += sum_of(w->sums[i / SUMS][i % SUMS]);
        }

        sums[layers * SUMS] += sum_of(w->statistics[0]);
        sums[layers * SUMS + 1] += sum_of(w->statistics[1]);
    }
}

// The loss E[U1 - ln det] and its gradient by [w0 w1 u0 u1 b] a layer; count a multiple of SHARD, at most MOST_LAYERS layers.
double planar_gradient(const float *parameters, int layers, const float *points, double *gradient, ptrdiff_t count)
{
    layer chain[MOST_LAYERS];
    workspace w;
    double sums[MOST_LAYERS * SUMS + STATISTICS] = { 0 };
    prepare_planar(parameters, layers, chain);
    sum_shards(chain, layers, points, count, &w, sums);
    for (int k = 0; k < layers; k++, gradient += 5, parameters += 5)
    {
        // The sums lack the powers of two that h, g and the constants hold; kappa is -E[(1 - t^2)/det].
        const double *s = sums + k * SUMS;
        double kappa = -4 * s[4] / (double)count;
        gradient[0] = 2 * s[2] / (double)count + kappa * parameters[2];
        gradient[1] = 2 * s[3] / (double)count + kappa * parameters[3];
        gradient[2] = 2 * s[0] / (double)count + kappa * parameters[0];
        gradient[3] = 2 * s[1] / (double)count + kappa * parameters[1];
        gradient[4] = 2 * s[5] / (double)count;
    }

    return (sums[layers * SUMS + 1] - sums[layers * SUMS]) / (double)count;
}
