// The plain loop, one particle after the other, with the C library's tanhf and logf.
#include <math.h>
#include <stddef.h>

void planar_forward(const float *parameters, int layers, const float *points, float *result, float *log_det, ptrdiff_t count)
{
    for (ptrdiff_t i = 0; i < count; i++)
    {
        float x = points[i], y = points[count + i], product = 1;
        for (const float *p = parameters; p < parameters + 5 * layers; p += 5)
        {
            float t = tanhf(p[0] * x + p[1] * y + p[4]);
            product *= 1 + (p[0] * p[2] + p[1] * p[3]) * (1 - t * t);
            x += p[2] * t;
            y += p[3] * t;
        }

        result[i] = x;
        result[count + i] = y;
        log_det[i] = logf(product);
    }
}
