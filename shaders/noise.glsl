// Standard normal numbers in pairs, the same as src/RealtimeFlow/Random makes: the bits are equal, the numbers but for their last digits.

// Philox4x32-10: a bijection of 128-bit counters under a 64-bit key (Salmon, Moraes, Dror, Shaw, SC'11).
uvec4 philox(uvec4 counter, uvec2 key)
{
    for (int round = 0; round < 10; round++)
    {
        uint high0, low0, high1, low1;
        umulExtended(0xD2511F53u, counter.x, high0, low0);
        umulExtended(0xCD9E8D57u, counter.z, high1, low1);
        counter = uvec4(high1 ^ counter.y ^ key.x, low1, high0 ^ counter.w ^ key.y, low0);
        key += uvec2(0x9E3779B9u, 0xBB67AE85u);
    }
    return counter;
}

// ln u of the uniform number (word + 1/2) / 2^32: LaneMath.LogOfUniformBits. The built-in log of a rounded u would lose the
// digits of 1 - u near u = 1, which decide the smallest radii.
vec2 logOfUniformBits(uvec2 word)
{
    vec2 p = fma(vec2(ivec2(word)), vec2(2.3283064365386963e-10), vec2(1.1641532182693481e-10));
    vec2 origin = vec2(word >> 31);
    ivec2 exponent = (floatBitsToInt(origin + p) - floatBitsToInt(0.70710678)) >> 23;
    vec2 scale = intBitsToFloat(floatBitsToInt(1.0) - (exponent << 23));
    vec2 f = fma(p, scale, fma(origin, scale, vec2(-1.0)));
    vec2 e = vec2(exponent);

    vec2 r = vec2(-0.0763461962);
    r = fma(r, f, vec2(0.127616554));
    r = fma(r, f, vec2(-0.131602153));
    r = fma(r, f, vec2(0.142017454));
    r = fma(r, f, vec2(-0.166233763));
    r = fma(r, f, vec2(0.200012267));
    r = fma(r, f, vec2(-0.250008196));
    r = fma(r, f, vec2(0.333333313));
    vec2 tail = fma(e, vec2(-2.12194440e-4), fma(r, f, vec2(-0.5)) * (f * f));
    return fma(e, vec2(0.693359375), f + tail);
}

// Sine and cosine of (floor(bits / 2^6) + 1/2) 2^-26 turns: LaneMath.SinCosTurnsOfBits.
void sinCosTurnsOfBits(uvec2 bits, out vec2 sine, out vec2 cosine)
{
    // The low 30 bits, read as signed, are the distance to the nearest quarter turn; the bit added carries into the quadrant.
    vec2 r = fma(vec2(ivec2(bits << 2) >> 8), vec2(5.9604645e-8), vec2(2.9802322e-8));
    uvec2 quadrant = (bits + 0x20000000u) >> 30;
    vec2 y = r * r;
    vec2 s = fma(fma(vec2(-0.00460472237), y, vec2(0.0796812847)), y, vec2(-0.645963609));
    vec2 c = fma(fma(fma(vec2(9.03758570e-4), y, vec2(-0.0208601728)), y, vec2(0.253669113)), y, vec2(-1.23370051));
    s = fma(r, vec2(1.57079637), r * fma(s, y, vec2(-4.37113883e-8)));
    c = fma(c, y, vec2(1.0));

    // Odd quadrants exchange the two; the sine is negative in quadrants 2 and 3, the cosine in 1 and 2.
    bvec2 odd = equal(quadrant & 1u, uvec2(1u));
    sine = mix(s, c, odd) * (1.0 - vec2(quadrant & 2u));
    cosine = mix(c, s, odd) * (1.0 - vec2((quadrant + 1u) & 2u));
}

// The two points of a call of Philox (Box and Muller, 1958): words 0 and 2 are the radii, 1 and 3 the angles.
void normalPoints(uvec4 words, out vec2 x, out vec2 y)
{
    vec2 sine, cosine;
    sinCosTurnsOfBits(words.yw, sine, cosine);
    vec2 radius = sqrt(-2.0 * logOfUniformBits(words.xz));
    x = radius * cosine;
    y = radius * sine;
}
