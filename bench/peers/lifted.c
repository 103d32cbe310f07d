// The kernel's method in C, for what the machine gives at the kernel's width: 128-bit vectors, no fused operations,
// the lifted layout (lane j of a row's vector i holds x = j (size / 4) + i), sums of neighbours from pairs that two
// cells share, and so the same bits. Sizes are multiples of 4.
#include "peer.h"

typedef float Vector __attribute__((vector_size(16)));
typedef int Lanes __attribute__((vector_size(16)));

/** Four cells of each field. */
typedef struct {
  Vector a, b;
} Cells;

static inline Cells rotate(Cells cells, Lanes lanes) {
  return (Cells){__builtin_shuffle(cells.a, lanes), __builtin_shuffle(cells.b, lanes)};
}

static inline Cells add(Cells one, Cells other) {
  return (Cells){one.a + other.a, one.b + other.b};
}

/** The vector to the right of vector i. */
static inline Cells right(const Cells *row, int i, int vectors) {
  return i == vectors - 1 ? rotate(row[0], (Lanes){1, 2, 3, 0}) : row[i + 1];
}

/** One row. `pairs` holds those of the row above with this one, and in the end those of this one with the next. */
static void step(const Cells *here, const Cells *below, Cells *restrict pairs, Cells *restrict out, int vectors,
                 const float c[5]) {
  Cells left = add(rotate(here[vectors - 1], (Lanes){3, 0, 1, 2}), below[0]);
#pragma GCC unroll 4
  for (int i = 0; i < vectors; i++) {
    const Cells self = here[i], sum = add(left, pairs[i]);
    pairs[i] = left = add(self, right(below, i, vectors));
    const Vector reaction = self.a * (self.b * self.b);
    out[i].a = ((c[0] * self.a - reaction) + c[1] * sum.a) + c[2];
    out[i].b = (reaction + c[3] * self.b) + c[4] * sum.b;
  }
}

static float *cell(Cells *state, int size, int y, int x) {
  return (float *)(state + (size_t)y * (size / 4) + x % (size / 4)) + x / (size / 4);
}

void simulate(float *a, float *b, int size, long steps, Rule rule) {
  const float c[5] = {1 - (4 * rule.Da + rule.F), rule.Da, rule.F, 1 - (4 * rule.Db + rule.F + rule.k), rule.Db};
  const int vectors = size / 4;
  const size_t bytes = (size_t)size * vectors * sizeof(Cells);
  Cells *front = allocate(bytes), *back = allocate(bytes), *pairs = allocate(vectors * sizeof(Cells));
  for (int y = 0; y < size; y++) {
    for (int x = 0; x < size; x++) {
      cell(front, size, y, x)[0] = a[(size_t)y * size + x];
      cell(front, size, y, x)[4] = b[(size_t)y * size + x];
    }
  }
  for (long i = 0; i < steps; i++) {
    const Cells *last = front + (size_t)(size - 1) * vectors;
    for (int j = 0; j < vectors; j++) pairs[j] = add(last[j], right(front, j, vectors));
    for (int y = 0; y < size; y++) {
      const Cells *here = front + (size_t)y * vectors, *below = y == size - 1 ? front : here + vectors;
      step(here, below, pairs, back + (size_t)y * vectors, vectors, c);
    }
    Cells *kept = front;
    front = back;
    back = kept;
  }
  for (int y = 0; y < size; y++) {
    for (int x = 0; x < size; x++) {
      a[(size_t)y * size + x] = cell(front, size, y, x)[0];
      b[(size_t)y * size + x] = cell(front, size, y, x)[4];
    }
  }
  free(front);
  free(back);
  free(pairs);
}
