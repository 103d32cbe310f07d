// The kernel itself in C, for what the machine gives at the kernel's width: 128-bit vectors, no fused operations, the
// lifted layout (lane j of a row's vector i holds x = j (size / 4) + i) and the kernel's operations in its order, so
// the same bits. Sizes are multiples of 4.
#include "peer.h"

typedef float Vector __attribute__((vector_size(16)));
typedef int Lanes __attribute__((vector_size(16)));

/** Four cells of each field. */
typedef struct {
  Vector a, b;
} Pair;

static inline Pair rotate(Pair pair, Lanes lanes) {
  return (Pair){__builtin_shuffle(pair.a, lanes), __builtin_shuffle(pair.b, lanes)};
}

static void row(const Pair *up, const Pair *here, const Pair *down, Pair *restrict out, int vectors,
                const float c[5]) {
  const Pair first = rotate(here[0], (Lanes){1, 2, 3, 0});
  Pair left = rotate(here[vectors - 1], (Lanes){3, 0, 1, 2}), self = here[0];
#pragma GCC unroll 16
  for (int i = 0; i < vectors; i++) {
    const Pair right = i == vectors - 1 ? first : here[i + 1];
    const Vector sumA = (left.a + right.a) + (up[i].a + down[i].a);
    const Vector sumB = (left.b + right.b) + (up[i].b + down[i].b);
    const Vector square = self.b * self.b;
    out[i].a = (self.a * (c[0] - square) + c[1] * sumA) + c[2];
    out[i].b = (self.a * square + c[3] * self.b) + c[4] * sumB;
    left = self;
    self = right;
  }
}

static void lift(const float *field, float *lifted, int size) {
  for (int y = 0; y < size; y++) {
    for (int x = 0; x < size; x++) {
      lifted[(size_t)y * size * 2 + x % (size / 4) * 8 + x / (size / 4)] = field[(size_t)y * size + x];
    }
  }
}

static void lower(const float *lifted, float *field, int size) {
  for (int y = 0; y < size; y++) {
    for (int x = 0; x < size; x++) {
      field[(size_t)y * size + x] = lifted[(size_t)y * size * 2 + x % (size / 4) * 8 + x / (size / 4)];
    }
  }
}

void simulate(float *a, float *b, int size, long steps, Rule rule) {
  const float c[5] = {1 - (4 * rule.Da + rule.F), rule.Da, rule.F, 1 - (4 * rule.Db + rule.F + rule.k), rule.Db};
  const int vectors = size / 4;
  const size_t bytes = (size_t)size * vectors * sizeof(Pair);
  Pair *front = allocate(bytes), *back = allocate(bytes);
  lift(a, (float *)front, size);
  lift(b, (float *)front + 4, size);
  for (long i = 0; i < steps; i++) {
    for (int y = 0; y < size; y++) {
      const int up = y == 0 ? size - 1 : y - 1, down = y == size - 1 ? 0 : y + 1;
      row(front + up * vectors, front + y * vectors, front + down * vectors, back + y * vectors, vectors, c);
    }
    Pair *kept = front;
    front = back;
    back = kept;
  }
  lower((float *)front, a, size);
  lower((float *)front + 4, b, size);
  free(front);
  free(back);
}
