// C interface of a verilated model. Ports are numbered in the order of ports.json; words are 64
// bits, word 0 the lowest; bits beyond a port's width are ignored and read as 0.
#pragma once
#include <cstdint>

extern "C" {
struct HwcModel {
  void *(*open)();
  void (*close)(void *instance);
  void (*poke)(void *instance, int32_t port, int32_t word, uint64_t value);
  uint64_t (*peek)(void *instance, int32_t port, int32_t word);
  int32_t (*words)(int32_t port);
  void (*eval)(void *instance);
  void (*step)(void *instance, int64_t cycles);
  int64_t (*clocks)(void *instance);
  // Signals of clocks from, from + 1, … go to a file; 0 when the model or the file does not allow it.
  int32_t (*trace)(void *instance, const char *path, int64_t from, int64_t clocks);
  // Completes the file; 0 when not all could be written.
  int32_t (*endTrace)(void *instance);
  // Memories that were made public, a line each: place in the hierarchy, words, bits of a word.
  const char *(*memories)(void *instance);
  // Turns a bit of such a memory over; the n-th line of memories().
  void (*flip)(void *instance, int32_t memory, int32_t word, int32_t bit);
};
}
