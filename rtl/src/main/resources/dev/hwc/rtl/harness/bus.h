// The world around a verilated accelerator: a host on its AXI4-Lite port, a memory on its AXI4 port.
// The memory's data lie in regions of the process; when its bursts are answered a Timing decides,
// asked once per burst (docs/spec/timing.md T20).
#pragma once
#include "model.h"
#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <random>
#include <stdexcept>
#include <string>
#include <vector>

namespace hwc {

// When bursts are answered; cycles count from the doorbell that found no job running.
struct Timing {
  static constexpr int64_t PENDING = -1;
  static constexpr int64_t NEVER = INT64_MAX;
  struct Answer {
    bool write;
    int64_t ticket;
    int64_t cycle;
  };
  virtual ~Timing() = default;
  virtual void reset() = 0;
  virtual int64_t submit(int64_t cycle, bool write, uint64_t address, int bytes, int64_t ticket) = 0;
  virtual int64_t nextEvent() = 0;
  virtual void advance(int64_t cycle, std::vector<Answer> &answers) = 0;
};

// What may go wrong with a burst, for tests of the hardware's answer to it.
enum class Disturbance { NONE, SLVERR, DECERR, DROPPED, LATE, WRONG_ID, EARLY_LAST, MISSING_LAST };

// Names of the accelerator's ports in this order; Java resolves them to numbers.
enum PortName {
  S_AWADDR, S_AWVALID, S_AWREADY, S_WDATA, S_WSTRB, S_WVALID, S_WREADY, S_BVALID, S_BREADY,
  S_ARADDR, S_ARVALID, S_ARREADY, S_RDATA, S_RVALID, S_RREADY,
  M_AWID, M_AWADDR, M_AWLEN, M_AWVALID, M_AWREADY, M_WDATA, M_WSTRB, M_WLAST, M_WVALID, M_WREADY,
  M_BID, M_BRESP, M_BVALID, M_BREADY,
  M_ARID, M_ARADDR, M_ARLEN, M_ARVALID, M_ARREADY, M_RID, M_RDATA, M_RRESP, M_RLAST, M_RVALID, M_RREADY,
  INTERRUPT, PORT_NAMES
};

class Bus {
public:
  Bus(const HwcModel &model, void *instance, std::vector<int> ports, int beatBytes, Timing &timing)
      : model(model), instance(instance), ports(std::move(ports)), beatBytes(beatBytes), timing(timing),
        beat((beatBytes + 7) / 8) {
    set(S_BREADY, 1);
    set(S_RREADY, 1);
  }

  void attach(uint64_t base, uint8_t *data, uint64_t bytes) { regions[base] = {data, bytes}; }

  // The next burst of a direction with this number, counted from that doorbell, is disturbed.
  void disturb(Disturbance kind, bool write, int64_t ticket, int64_t delay) {
    disturbances[{write, ticket}] = {kind, delay};
  }

  // Ready and valid signals of the memory are low in this share of the cycles.
  void stall(uint64_t seed, int percent) {
    random.seed(seed);
    stallPercent = percent;
  }

  // With `restarts` cycles and tickets start over in the cycle of the write.
  void writeRegister(uint32_t offset, uint32_t value, bool restarts) {
    set(S_AWADDR, offset);
    set(S_AWVALID, 1);
    set(S_WDATA, value);
    set(S_WSTRB, 15);
    set(S_WVALID, 1);
    await([&] { return get(S_AWREADY) && get(S_WREADY); }, restarts);
    set(S_AWVALID, 0);
    set(S_WVALID, 0);
    await([&] { return get(S_BVALID); }, false);
  }

  uint32_t readRegister(uint32_t offset) {
    set(S_ARADDR, offset);
    set(S_ARVALID, 1);
    await([&] { return get(S_ARREADY); }, false);
    set(S_ARVALID, 0);
    uint32_t value = 0;
    await([&] {
      value = get(S_RDATA);
      return get(S_RVALID);
    }, false);
    return value;
  }

  // Clocks until the interrupt is high, at most this many cycles; how many it took.
  int64_t run(int64_t cycles) {
    for (int64_t c = 0; c < cycles; c++) {
      if (get(INTERRUPT)) return c;
      tick();
    }
    return cycles;
  }

private:
  struct Region {
    uint8_t *data;
    uint64_t bytes;
  };
  struct Disturbed {
    Disturbance kind = Disturbance::NONE;
    int64_t delay = 0;
  };
  struct Burst {
    uint64_t id, address;
    int beats, done = 0;
    int64_t ticket, seen;
    int64_t answer = Timing::PENDING;
    Disturbed disturbed;
  };

  static constexpr int LIMIT = 1000;
  const HwcModel &model;
  void *instance;
  const std::vector<int> ports;
  const int beatBytes;
  Timing &timing;
  std::vector<uint64_t> beat;
  std::map<uint64_t, Region> regions;
  std::map<std::pair<bool, int64_t>, Disturbed> disturbances;
  std::mt19937_64 random;
  int stallPercent = 0;
  bool crowded = false; // a disturbed burst may hold up those behind it

  int64_t cycle = 0; // since the doorbell
  int64_t readTickets = 0, writeTickets = 0;
  int64_t event = Timing::NEVER;
  std::deque<Burst> reads;      // asked for and not delivered
  std::deque<Burst> writing;    // address accepted, data to come
  std::deque<Burst> written;    // data complete, answer to come
  std::vector<Timing::Answer> answers;

  uint64_t get(PortName port) { return model.peek(instance, ports[port], 0); }
  void set(PortName port, uint64_t value) { model.poke(instance, ports[port], 0, value); }
  bool stalls() { return stallPercent && static_cast<int>(random() % 100) < stallPercent; }

  template <typename Condition> void await(Condition condition, bool restarts) {
    for (int c = 0; c < LIMIT; c++) {
      model.eval(instance);
      bool met = condition();
      if (met && restarts) restart();
      tick();
      if (met) return;
    }
    throw std::runtime_error("the accelerator's registers do not answer within " + std::to_string(LIMIT) + " cycles");
  }

  // Bursts of the last job that are still to be answered keep their distance in time.
  void restart() {
    for (std::deque<Burst> *bursts : {&reads, &written})
      for (Burst &burst : *bursts) {
        burst.seen -= cycle;
        burst.answer = burst.answer == Timing::PENDING ? burst.disturbed.delay : burst.answer - cycle;
      }
    crowded = !reads.empty();
    cycle = 0;
    readTickets = writeTickets = 0;
    event = Timing::NEVER;
    timing.reset();
  }

  // One clock period. No output that is read here depends on an input within a cycle, so that what the last
  // edge left holds.
  void tick() {
    bool arReady = !stalls(), awReady = !stalls(), wReady = !stalls();
    set(M_ARREADY, arReady);
    set(M_AWREADY, awReady);
    set(M_WREADY, wReady);
    if (arReady && get(M_ARVALID)) {
      Burst burst = accept(M_ARID, M_ARADDR, M_ARLEN);
      submit(burst, false);
      if (burst.disturbed.kind != Disturbance::DROPPED) reads.push_back(burst);
    }
    if (awReady && get(M_AWVALID)) writing.push_back(accept(M_AWID, M_AWADDR, M_AWLEN));
    if (wReady && get(M_WVALID)) takeBeat();
    if (event <= cycle) {
      answers.clear();
      timing.advance(cycle, answers);
      for (const Timing::Answer &a : answers) settle(a);
      event = timing.nextEvent();
    }
    readBeat();
    writeAnswer();
    model.step(instance, 1);
    cycle++;
  }

  Burst accept(PortName id, PortName address, PortName length) {
    return {get(id), get(address), static_cast<int>(get(length)) + 1, 0, 0, cycle};
  }

  void submit(Burst &burst, bool write) {
    burst.ticket = write ? writeTickets++ : readTickets++;
    burst.seen = cycle;
    burst.answer = timing.submit(cycle, write, burst.address, burst.beats * beatBytes, burst.ticket);
    auto found = disturbances.find({write, burst.ticket});
    if (found != disturbances.end()) {
      burst.disturbed = found->second;
      disturbances.erase(found);
      crowded = true;
    }
    late(burst);
    event = timing.nextEvent();
  }

  static void late(Burst &burst) {
    if (burst.disturbed.kind == Disturbance::LATE && burst.answer != Timing::PENDING) burst.answer += burst.disturbed.delay;
  }

  void settle(const Timing::Answer &a) {
    for (Burst &burst : a.write ? written : reads) {
      if (burst.ticket == a.ticket && burst.answer == Timing::PENDING) {
        burst.answer = a.cycle;
        late(burst);
        return;
      }
    }
  }

  uint8_t *at(uint64_t address) {
    auto next = regions.upper_bound(address);
    if (next == regions.begin()) return nullptr;
    auto &[base, region] = *--next;
    return address - base + beatBytes <= region.bytes ? region.data + (address - base) : nullptr;
  }

  void takeBeat() {
    if (writing.empty()) throw std::runtime_error("the accelerator sends data before their address");
    Burst &burst = writing.front();
    uint8_t *to = at((burst.address & -static_cast<uint64_t>(beatBytes)) + static_cast<uint64_t>(burst.done) * beatBytes);
    uint64_t strobes = get(M_WSTRB);
    for (size_t w = 0; w < beat.size(); w++) beat[w] = model.peek(instance, ports[M_WDATA], w);
    for (int b = 0; b < beatBytes && to; b++)
      if (strobes >> b & 1) to[b] = beat[b / 8] >> 8 * (b % 8);
    burst.done++;
    bool last = burst.done == burst.beats;
    if (last != (get(M_WLAST) != 0)) throw std::runtime_error("WLAST is not at the last beat");
    if (last) {
      submit(burst, true);
      if (!to && burst.disturbed.kind == Disturbance::NONE) burst.disturbed.kind = Disturbance::DECERR;
      if (burst.disturbed.kind != Disturbance::DROPPED) written.push_back(burst);
      writing.pop_front();
    }
  }

  static int response(const Burst &burst) {
    return burst.disturbed.kind == Disturbance::SLVERR ? 2 : burst.disturbed.kind == Disturbance::DECERR ? 3 : 0;
  }

  static uint64_t id(const Burst &burst) {
    return burst.disturbed.kind == Disturbance::WRONG_ID ? burst.id ^ 1 : burst.id;
  }

  // The first burst that may be answered: one that is late holds up those behind it that have its id.
  std::deque<Burst>::iterator turn(std::deque<Burst> &bursts) {
    auto waits = [&](const Burst &b) { return b.disturbed.kind == Disturbance::LATE && b.answer > cycle; };
    auto first = bursts.begin();
    while (first != bursts.end() && (waits(*first) || std::any_of(bursts.begin(), first, [&](const Burst &b) {
      return b.id == first->id;
    })))
      ++first;
    return first;
  }

  // Beats come as early as they can, the last one in the cycle of the answer (or late, when the bus stalls).
  void readBeat() {
    set(M_RVALID, 0);
    auto next = turn(reads);
    if (next == reads.end() || next->seen >= cycle || stalls()) return;
    Burst &burst = *next;
    bool last = burst.done == burst.beats - 1;
    bool due = burst.answer != Timing::PENDING && burst.answer <= cycle;
    if (last && !due) return;
    if (!stallPercent && !last && due && !crowded)
      throw std::runtime_error("the memory model answers a read faster than the bus can carry it");
    uint64_t address = (burst.address & -static_cast<uint64_t>(beatBytes)) + static_cast<uint64_t>(burst.done) * beatBytes;
    const uint8_t *from = at(address);
    for (size_t w = 0; w < beat.size(); w++) {
      beat[w] = 0;
      for (int b = 0; b < 8 && static_cast<int>(8 * w) + b < beatBytes; b++)
        if (from) beat[w] |= static_cast<uint64_t>(from[8 * w + b]) << 8 * b;
      model.poke(instance, ports[M_RDATA], w, beat[w]);
    }
    Disturbance kind = burst.disturbed.kind;
    bool early = kind == Disturbance::EARLY_LAST && burst.beats > 1 && burst.done == burst.beats - 2;
    set(M_RVALID, 1);
    set(M_RID, id(burst));
    set(M_RRESP, from ? response(burst) : 3);
    set(M_RLAST, (last && kind != Disturbance::MISSING_LAST) || early);
    if (!get(M_RREADY)) return;
    burst.done++;
    if (burst.done == burst.beats || early) reads.erase(next);
  }

  void writeAnswer() {
    set(M_BVALID, 0);
    auto next = turn(written);
    if (next == written.end() || next->seen > cycle || stalls()) return;
    Burst &burst = *next;
    if (burst.answer == Timing::PENDING || burst.answer > cycle) return;
    set(M_BVALID, 1);
    set(M_BID, id(burst));
    set(M_BRESP, response(burst));
    if (get(M_BREADY)) written.erase(next);
  }
};

} // namespace hwc
