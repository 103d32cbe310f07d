// The limit: 11 additions a cell, four cells at once, and nothing else. Twelve sums that do not wait for each other
// keep both of a core's floating-point adders busy. The fields stay as they are.
#include "peer.h"

typedef float Vector __attribute__((vector_size(16)));

#ifdef __x86_64__
#define KEEP(vector) __asm__ volatile("" : "+x"(vector))
#else
#define KEEP(vector) __asm__ volatile("" : "+w"(vector))
#endif

enum { SUMS = 12, ADDITIONS = 11, LANES = 4 };

void simulate(float *a, float *b, int size, long steps, Rule rule) {
  const Vector term = {rule.F, rule.F, rule.F, rule.F};
  Vector sums[SUMS] = {0};
  const long rounds = (long)((double)size * size * steps * ADDITIONS / LANES / SUMS);
  for (long i = 0; i < rounds; i++) {
#pragma GCC unroll 16
    for (int j = 0; j < SUMS; j++) {
      sums[j] += term;
      KEEP(sums[j]); // or the compiler would add all at once
    }
  }
}
