// Rows of lanes by intrinsics, the widest that the compiler may use, and the elementary functions of the peers: the approximations and
// coefficients of src/RealtimeFlow/Numerics, so that engine and peer are bound by the same errors.
#pragma once
#include <immintrin.h>
#include <stddef.h>

#define INLINE static inline __attribute__((always_inline))
#define NOINLINE __attribute__((noinline))
#define EACH(j, count) _Pragma("GCC unroll 16") for (int j = 0; j < (count); j++)

#if defined(__AVX512F__) && defined(__AVX512DQ__)

typedef __m512 V;
typedef __m512i W;
#define ISA "AVX-512"
#define PS(name) _mm512_##name##_ps
#define EPI32(name) _mm512_##name##_epi32
INLINE W bits_of(V x) { return _mm512_castps_si512(x); }
INLINE V of_bits(W x) { return _mm512_castsi512_ps(x); }
INLINE V to_float(W x) { return _mm512_cvtepi32_ps(x); }
// x, no farther from 0 than a positive limit.
INLINE V clamp(V x, float limit) { return _mm512_range_ps(x, _mm512_set1_ps(limit), 2); }
// The square root, within 1 ulp, for 2^-120 <= x <= 2^120: one step of Newton's method from an estimate to 2^-14 keeps the divider free.
INLINE V root(V x)
{
    V estimate = _mm512_rsqrt14_ps(x), r = x * estimate;
    return _mm512_fmadd_ps(r, _mm512_fnmadd_ps(r, estimate * 0.5f, _mm512_set1_ps(0.5f)), r);
}

#elif defined(__AVX2__) && defined(__FMA__)

typedef __m256 V;
typedef __m256i W;
#define ISA "AVX2"
#define PS(name) _mm256_##name##_ps
#define EPI32(name) _mm256_##name##_epi32
INLINE W bits_of(V x) { return _mm256_castps_si256(x); }
INLINE V of_bits(W x) { return _mm256_castsi256_ps(x); }
INLINE V to_float(W x) { return _mm256_cvtepi32_ps(x); }
INLINE V clamp(V x, float limit) { return _mm256_min_ps(_mm256_set1_ps(limit), _mm256_max_ps(_mm256_set1_ps(-limit), x)); }
INLINE V root(V x) { return _mm256_sqrt_ps(x); }

#else
#error "needs AVX-512 or AVX2 with FMA"
#endif

enum { LANES = sizeof(V) / sizeof(float) };

INLINE V splat(float x) { return PS(set1)(x); }
INLINE W word(int x) { return EPI32(set1)(x); }
INLINE V load(const float *p) { return PS(loadu)(p); }
INLINE void store(float *p, V x) { PS(storeu)(p, x); }
INLINE V muladd(V a, V b, V c) { return PS(fmadd)(a, b, c); }       // a b + c
INLINE V negmuladd(V a, V b, V c) { return PS(fnmadd)(a, b, c); }   // c - a b

// Half the hyperbolic tangent: ab / (a^2 + b^2) where a / b = tanh(x / 2), within 3 ulp. Whoever uses it has twos to spare elsewhere.
INLINE V half_tanh(V x)
{
    V c = clamp(x, 9.011f);
    V y = c * c;
    V a = c * muladd(muladd(splat(0.0543466061f), y, splat(14.1704054f)), y, splat(475.999847f));
    V b = muladd(muladd(muladd(splat(0.00116864371f), y, splat(1.14823842f)), y, splat(107.67408f)), y, splat(951.999695f));
    return a * b / muladd(b, b, a * a);
}

// The integer e with 2^-e x in [sqrt(1/2), sqrt(2)), for normal positive x.
INLINE W exponent_around_one(V x) { return EPI32(srai)(EPI32(sub)(bits_of(x), bits_of(splat(0.70710678f))), 23); }

// 2^-e x.
INLINE V scale_down(V x, W e) { return of_bits(EPI32(sub)(bits_of(x), EPI32(slli)(e, 23))); }

// The logarithm of 2^more x for normal positive x, within 1 ulp where more is 0.
INLINE V log_scaled(V x, W more)
{
    W e = exponent_around_one(x);
    V f = scale_down(x, e) - splat(1);
    V n = to_float(EPI32(add)(e, more));
    V r = splat(-0.0763461962f);
    r = muladd(r, f, splat(0.127616554f));
    r = muladd(r, f, splat(-0.131602153f));
    r = muladd(r, f, splat(0.142017454f));
    r = muladd(r, f, splat(-0.166233763f));
    r = muladd(r, f, splat(0.200012267f));
    r = muladd(r, f, splat(-0.250008196f));
    r = muladd(r, f, splat(0.333333313f));
    V tail = muladd(n, splat(-2.12194440e-4f), muladd(r, f, splat(-0.5f)) * (f * f));
    return muladd(n, splat(0.693359375f), f + tail);
}
