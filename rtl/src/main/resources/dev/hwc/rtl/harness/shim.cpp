// Gives one verilated top the interface of model.h. model_ports.h is generated per top: it includes
// the verilated class as Model, and defines PORTS (PORT(name, width) each) and, for a top with a
// clock, CLOCK.
#include "model.h"
#include "model_ports.h"
#include "verilated.h"
#include "verilated_syms.h"
#include <string>
#include <vector>
#if VM_TRACE
#include "verilated_vcd_c.h"
#include <memory>
#endif

namespace {

#if VM_TRACE
// Remembers that a write failed; Verilator would end the process.
struct TraceFile : VerilatedVcdFile {
  bool failed = false;
  FILE *file = nullptr;
  bool open(const std::string &name) override { return (file = std::fopen(name.c_str(), "wb")) != nullptr; }
  void close() override {
    if (file) failed |= std::fclose(file) != 0;
    file = nullptr;
  }
  ssize_t write(const char *data, ssize_t bytes) override {
    failed |= std::fwrite(data, 1, bytes, file) != static_cast<size_t>(bytes);
    return bytes;
  }
};

// Writes a window of clocks. Clock c rises at 1000 c ps and falls at 1000 c + 500, when inputs change.
struct Trace {
  TraceFile file;
  VerilatedVcdC vcd{&file};
  int64_t from, to;
  void dump(int64_t clock, int offset) {
    if (clock >= from && clock < to) vcd.dump(static_cast<uint64_t>(1000 * clock + offset));
  }
};
#endif

struct Port {
  void *data;
  int width;
};

struct Memory {
  uint8_t *data;
  size_t stride; // bytes of a word
};

struct Instance {
  VerilatedContext context;
  Model model;
  Port ports[PORT_COUNT];
  int64_t clocks = 0;
#if VM_TRACE
  std::unique_ptr<Trace> trace;
  void dump(int offset) {
    if (trace) trace->dump(clocks, offset);
  }
#else
  void dump(int) {}
#endif
  std::vector<Memory> memories;
  std::string memoryNames;

  Instance() : model{&context, "top"}, ports{
#define PORT(name, width) {&model.name, width},
      PORTS
#undef PORT
  } {
#if VM_TRACE
    context.traceEverOn(true);
#endif
    model.eval();
    if (const VerilatedScopeNameMap *scopes = context.scopeNameMap())
      for (const auto &scope : *scopes) add(scope.first, scope.second->varFind("Memory"));
  }
  ~Instance() { model.final(); }

  // Words are stored in the smallest of 1, 2, 4, 8 bytes, wider ones in words of 4.
  void add(const char *place, const VerilatedVar *memory) {
    if (!memory) return;
    int words = memory->unpacked().elements();
    int bits = memory->packed().elements();
    size_t stride = bits <= 8 ? 1 : bits <= 16 ? 2 : bits <= 32 ? 4 : bits <= 64 ? 8 : 4 * ((bits + 31) / 32);
    memories.push_back({static_cast<uint8_t *>(memory->datap()), stride});
    memoryNames += std::string(place) + ' ' + std::to_string(words) + ' ' + std::to_string(bits) + '\n';
  }

  // Inputs that were poked settle in the evaluation of the rising edge, before the registers change.
  void clock() {
#ifdef CLOCK
    if constexpr (VM_TRACE) {
      model.eval();
      dump(500);
    }
    model.CLOCK = 1;
    model.eval();
    clocks++;
    dump(0);
    model.CLOCK = 0;
#endif
    model.eval();
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
  for (int64_t c = 0; c < cycles; c++) i->clock();
}

int64_t clocks(void *instance) { return static_cast<Instance *>(instance)->clocks; }

#if VM_TRACE
int32_t trace(void *instance, const char *path, int64_t from, int64_t clocks) {
  Instance *i = static_cast<Instance *>(instance);
  i->trace = std::make_unique<Trace>();
  i->trace->from = from;
  i->trace->to = clocks > INT64_MAX - from ? INT64_MAX : from + clocks;
  i->model.trace(&i->trace->vcd, 99);
  i->trace->vcd.open(path);
  return i->trace->vcd.isOpen();
}

int32_t endTrace(void *instance) {
  Instance *i = static_cast<Instance *>(instance);
  i->trace->vcd.close();
  bool complete = !i->trace->file.failed;
  i->trace.reset();
  return complete;
}
#else
int32_t trace(void *, const char *, int64_t, int64_t) { return 0; }

int32_t endTrace(void *) { return 0; }
#endif

const char *memories(void *instance) { return static_cast<Instance *>(instance)->memoryNames.c_str(); }

void flip(void *instance, int32_t memory, int32_t word, int32_t bit) {
  const Memory &m = static_cast<Instance *>(instance)->memories[memory];
  m.data[m.stride * word + bit / 8] ^= 1 << bit % 8;
}

} // namespace

extern "C" {
extern __attribute__((visibility("default"))) const HwcModel hwc_model;
const HwcModel hwc_model = {open,   close, poke,     peek,     words, eval,
                            step, clocks, trace, endTrace, memories, flip};
}
