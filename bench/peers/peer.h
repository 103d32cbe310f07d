// What every peer in C shares: it reads lines "run <size> <steps> [<file>]", integrates the start in
// start-<size>.f32 (a, then b, row-major, little-endian f32), answers with the seconds that took and, if a file
// is named, writes the fields to it. The time runs from a row-major start to row-major fields.
#ifndef PEER_H
#define PEER_H
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct {
  double Da, Db, F, k;
} Rule;

/** Advances the row-major fields a and b, [size, size], by `steps` steps of 1, in place. */
void simulate(float *a, float *b, int size, long steps, Rule rule);

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + 1e-9 * time.tv_nsec;
}

static inline void *allocate(size_t bytes) {
  void *memory = aligned_alloc(64, (bytes + 63) / 64 * 64);
  if (memory == NULL) {
    fprintf(stderr, "Cannot run a peer: it needs %zu bytes of memory\n", bytes);
    exit(1);
  }
  return memory;
}

static FILE *open_file(const char *path, const char *mode) {
  FILE *file = fopen(path, mode);
  if (file == NULL) {
    perror(path);
    exit(1);
  }
  return file;
}

int main(int count, char **args) {
  if (count != 6) {
    fprintf(stderr, "usage: %s <folder> <Da> <Db> <F> <k>\n", args[0]);
    return 2;
  }
  Rule rule = {atof(args[2]), atof(args[3]), atof(args[4]), atof(args[5])};
  char line[4096], path[4096], output[4096];
  while (fgets(line, sizeof line, stdin) != NULL) {
    int size;
    long steps;
    int read = sscanf(line, "run %d %ld %4095s", &size, &steps, output);
    if (read < 2) return 2;
    size_t cells = (size_t)size * size;
    float *fields = allocate(2 * cells * sizeof(float));
    snprintf(path, sizeof path, "%s/start-%d.f32", args[1], size);
    FILE *start = open_file(path, "rb");
    if (fread(fields, sizeof(float), 2 * cells, start) != 2 * cells) return 1;
    fclose(start);
    double begun = now();
    simulate(fields, fields + cells, size, steps, rule);
    double seconds = now() - begun;
    if (read == 3) {
      FILE *file = open_file(output, "wb");
      if (fwrite(fields, sizeof(float), 2 * cells, file) != 2 * cells) return 1;
      fclose(file);
    }
    free(fields);
    printf("%.9f\n", seconds);
    fflush(stdout);
  }
  return 0;
}
#endif
