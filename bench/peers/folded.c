// The usual loop with the coefficients of each neighbour folded: the kernel's operations in the kernel's order (but
// for the pairs, which are added anew for each cell: 17 instead of 15), so the same bits as long as the compiler neither reorders nor fuses.
#include "halo.h"

static inline void step(const float *restrict a, const float *restrict b, float *restrict nextA,
                        float *restrict nextB, int size, Rule rule) {
  const float c0 = 1 - (4 * rule.Da + rule.F), c1 = rule.Da, c2 = rule.F;
  const float c3 = 1 - (4 * rule.Db + rule.F + rule.k), c4 = rule.Db;
  const int width = size + 2;
  for (int y = 1; y <= size; y++) {
    for (int x = 1; x <= size; x++) {
      const int i = y * width + x;
      const float sumA = (a[i - 1] + a[i + width]) + (a[i - width] + a[i + 1]);
      const float sumB = (b[i - 1] + b[i + width]) + (b[i - width] + b[i + 1]);
      const float reaction = a[i] * (b[i] * b[i]);
      nextA[i] = ((c0 * a[i] - reaction) + c1 * sumA) + c2;
      nextB[i] = (reaction + c3 * b[i]) + c4 * sumB;
    }
  }
}
