// Gray-Scott as a physicist writes it in C: the equations term by term, two buffers, a halo.
#include "halo.h"

static inline void step(const float *restrict a, const float *restrict b, float *restrict nextA,
                        float *restrict nextB, int size, Rule rule) {
  const float Da = rule.Da, Db = rule.Db, F = rule.F, k = rule.k;
  const int width = size + 2;
  for (int y = 1; y <= size; y++) {
    for (int x = 1; x <= size; x++) {
      const int i = y * width + x;
      const float laplaceA = a[i - 1] + a[i + 1] + a[i - width] + a[i + width] - 4 * a[i];
      const float laplaceB = b[i - 1] + b[i + 1] + b[i - width] + b[i + width] - 4 * b[i];
      const float reaction = a[i] * b[i] * b[i];
      nextA[i] = a[i] + Da * laplaceA - reaction + F * (1 - a[i]);
      nextB[i] = b[i] + Db * laplaceB + reaction - (F + k) * b[i];
    }
  }
}
