// The usual way to hold the fields in C: two buffers a field, each with a rim of one cell that repeats the
// opposite edge.
#ifndef HALO_H
#define HALO_H
#include "peer.h"

/** One Euler step from the padded fields a, b, [size + 2, size + 2], into the middle of nextA, nextB. */
static inline void step(const float *restrict a, const float *restrict b, float *restrict nextA,
                        float *restrict nextB, int size, Rule rule);

/** From [size, size] into the middle of [size + 2, size + 2]. */
static void pad(const float *field, float *padded, int size) {
  for (int y = 0; y < size; y++) {
    memcpy(padded + (size_t)(y + 1) * (size + 2) + 1, field + (size_t)y * size, size * sizeof(float));
  }
}

/** And back. */
static void crop(const float *padded, float *field, int size) {
  for (int y = 0; y < size; y++) {
    memcpy(field + (size_t)y * size, padded + (size_t)(y + 1) * (size + 2) + 1, size * sizeof(float));
  }
}

/** Makes the rim repeat the opposite edges; nobody reads its corners. */
static inline void wrap(float *padded, int size) {
  const int width = size + 2;
  for (int y = 1; y <= size; y++) {
    padded[y * width] = padded[y * width + size];
    padded[y * width + size + 1] = padded[y * width + 1];
  }
  memcpy(padded + 1, padded + size * width + 1, size * sizeof(float));
  memcpy(padded + (size + 1) * width + 1, padded + width + 1, size * sizeof(float));
}

static inline void wrapAndStep(float *a, float *b, float *nextA, float *nextB, int size, Rule rule) {
  wrap(a, size);
  wrap(b, size);
  step(a, b, nextA, nextB, size, rule);
}

/** With -DFIXED_SIZES the compiler knows the size of each loop, as where a program says `#define N 64`. */
static void advance(float *a, float *b, float *nextA, float *nextB, int size, Rule rule) {
#ifdef FIXED_SIZES
  if (size == 64) return wrapAndStep(a, b, nextA, nextB, 64, rule);
  if (size == 128) return wrapAndStep(a, b, nextA, nextB, 128, rule);
  if (size == 256) return wrapAndStep(a, b, nextA, nextB, 256, rule);
  if (size == 1024) return wrapAndStep(a, b, nextA, nextB, 1024, rule);
#endif
  wrapAndStep(a, b, nextA, nextB, size, rule);
}

static void swap(float **one, float **other) {
  float *kept = *one;
  *one = *other;
  *other = kept;
}

void simulate(float *a, float *b, int size, long steps, Rule rule) {
  const size_t bytes = (size_t)(size + 2) * (size + 2) * sizeof(float);
  float *frontA = allocate(bytes), *frontB = allocate(bytes), *backA = allocate(bytes), *backB = allocate(bytes);
  pad(a, frontA, size);
  pad(b, frontB, size);
  for (long i = 0; i < steps; i++) {
    advance(frontA, frontB, backA, backB, size, rule);
    swap(&frontA, &backA);
    swap(&frontB, &backB);
  }
  crop(frontA, a, size);
  crop(frontB, b, size);
  free(frontA);
  free(frontB);
  free(backA);
  free(backB);
}
#endif
