// The limit of products at 128 bits without fusing: multiplications and additions of four numbers at once and nothing
// else, in twelve sums that do not wait for each other. Prints the seconds that so many take: `products <millions>`.
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

typedef float Vector __attribute__((vector_size(16)));

#ifdef __x86_64__
#define KEEP(vector) __asm__ volatile("" : "+x"(vector))
#else
#define KEEP(vector) __asm__ volatile("" : "+w"(vector))
#endif

enum { SUMS = 12, LANES = 4 };

static double seconds(long rounds) {
  Vector sums[SUMS], factor = {0.999f, 0.999f, 0.999f, 0.999f}, term = {1e-3f, 1e-3f, 1e-3f, 1e-3f};
  struct timespec begun, ended;
  for (int j = 0; j < SUMS; j++) sums[j] = term;
  clock_gettime(CLOCK_MONOTONIC, &begun);
  for (long i = 0; i < rounds; i++) {
#pragma GCC unroll 16
    for (int j = 0; j < SUMS; j++) {
      Vector product = factor * term;
      KEEP(product); // or the compiler would multiply once
      sums[j] += product;
    }
  }
  for (int j = 0; j < SUMS; j++) KEEP(sums[j]);
  clock_gettime(CLOCK_MONOTONIC, &ended);
  return (ended.tv_sec - begun.tv_sec) + (ended.tv_nsec - begun.tv_nsec) * 1e-9;
}

int main(void) {
  char line[64];
  while (fgets(line, sizeof line, stdin)) {
    double millions = atof(line);
    printf("%.9f\n", seconds((long)(millions * 1e6 / LANES / SUMS)));
    fflush(stdout);
  }
}
