// Gives one verilated top the interface of model.h. model_ports.h is generated per top: it includes
// the verilated class as Model, and defines PORTS (PORT(name, width) each) and, for a top with a
// clock, CLOCK.
#include "model.h"
#include "model_ports.h"
#include "verilated.h"

namespace {

struct Port {
  void *data;
  int width;
};

struct Instance {
  VerilatedContext context;
  Model model;
  Port ports[PORT_COUNT];

  Instance() : model{&context, "top"}, ports{
#define PORT(name, width) {&model.name, width},
      PORTS
#undef PORT
  } {
    model.eval();
  }
  ~Instance() { model.final(); }

  void clock() {
#ifdef CLOCK
    model.CLOCK = 1;
    model.eval();
    model.CLOCK = 0;
#endif
  }
};

constexpr int WIDTHS[] = {
#define PORT(name, width) width,
    PORTS
#undef PORT
};

uint64_t mask(int width, int word) {
  int bits = width - 64 * word;
  return bits >= 64 ? ~0ULL : (1ULL << bits) - 1;
}

void *open() { return new Instance; }

void close(void *instance) { delete static_cast<Instance *>(instance); }

int32_t words(int32_t port) { return (WIDTHS[port] + 63) / 64; }

void poke(void *instance, int32_t port, int32_t word, uint64_t value) {
  const Port &p = static_cast<Instance *>(instance)->ports[port];
  value &= mask(p.width, word);
  if (p.width <= 8) {
    *static_cast<CData *>(p.data) = value;
  } else if (p.width <= 16) {
    *static_cast<SData *>(p.data) = value;
  } else if (p.width <= 32) {
    *static_cast<IData *>(p.data) = value;
  } else if (p.width <= 64) {
    *static_cast<QData *>(p.data) = value;
  } else {
    EData *wide = static_cast<EData *>(p.data);
    wide[2 * word] = value;
    if (p.width > 64 * word + 32) wide[2 * word + 1] = value >> 32;
  }
}

uint64_t peek(void *instance, int32_t port, int32_t word) {
  const Port &p = static_cast<Instance *>(instance)->ports[port];
  if (p.width <= 8) return *static_cast<const CData *>(p.data);
  if (p.width <= 16) return *static_cast<const SData *>(p.data);
  if (p.width <= 32) return *static_cast<const IData *>(p.data);
  if (p.width <= 64) return *static_cast<const QData *>(p.data);
  const EData *wide = static_cast<const EData *>(p.data);
  uint64_t value = wide[2 * word];
  if (p.width > 64 * word + 32) value |= static_cast<uint64_t>(wide[2 * word + 1]) << 32;
  return value;
}

void eval(void *instance) { static_cast<Instance *>(instance)->model.eval(); }

void step(void *instance, int64_t cycles) {
  Instance *i = static_cast<Instance *>(instance);
  i->model.eval(); // what was poked settles before the edge
  for (int64_t c = 0; c < cycles; c++) {
    i->clock();
    i->model.eval();
  }
}

} // namespace

extern "C" {
extern __attribute__((visibility("default"))) const HwcModel hwc_model;
const HwcModel hwc_model = {open, close, poke, peek, words, eval, step};
}
