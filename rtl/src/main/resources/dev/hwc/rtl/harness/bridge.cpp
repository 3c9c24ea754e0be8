// The JNI side of dev.hwc.rtl.harness.NativeModel: opens models (model.h) from shared libraries of
// their own. Arrays are copied, so the garbage collector is never held up by a long run.
#include "bus.h"
#include "model.h"
#include <dlfcn.h>
#include <jni.h>
#include <memory>
#include <string>
#include <vector>

namespace {

struct Handle {
  void *library;
  const HwcModel *model;
  void *instance;
};

thread_local std::string problem;

Handle &of(jlong handle) { return *reinterpret_cast<Handle *>(handle); }

template <typename T> std::vector<T> copy(JNIEnv *env, jintArray array) {
  std::vector<T> values(env->GetArrayLength(array));
  env->GetIntArrayRegion(array, 0, values.size(), values.data());
  return values;
}

template <typename T> std::vector<T> copy(JNIEnv *env, jlongArray array) {
  std::vector<T> values(env->GetArrayLength(array));
  env->GetLongArrayRegion(array, 0, values.size(), values.data());
  return values;
}

} // namespace

#define NATIVE(type, name) extern "C" JNIEXPORT type JNICALL Java_dev_hwc_rtl_harness_NativeModel_##name

NATIVE(jlong, open)(JNIEnv *env, jclass, jstring path) {
  const char *text = env->GetStringUTFChars(path, nullptr);
  void *library = dlopen(text, RTLD_NOW | RTLD_LOCAL);
  env->ReleaseStringUTFChars(path, text);
  const void *model = library ? dlsym(library, "hwc_model") : nullptr;
  if (!model) {
    problem = dlerror();
    if (library) dlclose(library);
    return 0;
  }
  const HwcModel *functions = static_cast<const HwcModel *>(model);
  return reinterpret_cast<jlong>(new Handle{library, functions, functions->open()});
}

NATIVE(jstring, problem)(JNIEnv *env, jclass) { return env->NewStringUTF(problem.c_str()); }

NATIVE(void, close)(JNIEnv *, jclass, jlong handle) {
  Handle *h = &of(handle);
  h->model->close(h->instance);
  dlclose(h->library);
  delete h;
}

NATIVE(void, poke)(JNIEnv *, jclass, jlong handle, jint port, jint word, jlong value) {
  of(handle).model->poke(of(handle).instance, port, word, value);
}

NATIVE(jlong, peek)(JNIEnv *, jclass, jlong handle, jint port, jint word) {
  return of(handle).model->peek(of(handle).instance, port, word);
}

NATIVE(void, eval)(JNIEnv *, jclass, jlong handle) { of(handle).model->eval(of(handle).instance); }

NATIVE(void, step)(JNIEnv *, jclass, jlong handle, jlong cycles) {
  of(handle).model->step(of(handle).instance, cycles);
}

NATIVE(jlong, clocks)(JNIEnv *, jclass, jlong handle) { return of(handle).model->clocks(of(handle).instance); }

NATIVE(jboolean, trace)(JNIEnv *env, jclass, jlong handle, jstring path, jlong from, jlong clocks) {
  const char *text = env->GetStringUTFChars(path, nullptr);
  bool opened = of(handle).model->trace(of(handle).instance, text, from, clocks);
  env->ReleaseStringUTFChars(path, text);
  return opened;
}

NATIVE(jboolean, endTrace)(JNIEnv *, jclass, jlong handle) {
  return of(handle).model->endTrace(of(handle).instance) != 0;
}

NATIVE(jstring, memories)(JNIEnv *env, jclass, jlong handle) {
  return env->NewStringUTF(of(handle).model->memories(of(handle).instance));
}

NATIVE(void, flip)(JNIEnv *, jclass, jlong handle, jint memory, jint word, jint bit) {
  of(handle).model->flip(of(handle).instance, memory, word, bit);
}

NATIVE(void, stream)
(JNIEnv *env, jclass, jlong handle, jint cycles, jintArray inputs, jlongArray table, jintArray outputs,
 jlongArray results) {
  const HwcModel &model = *of(handle).model;
  void *instance = of(handle).instance;
  const std::vector<jint> in = copy<jint>(env, inputs);
  const std::vector<jint> out = copy<jint>(env, outputs);
  const std::vector<jlong> pokes = copy<jlong>(env, table);
  std::vector<jlong> peeks(env->GetArrayLength(results));
  const jlong *next = pokes.data();
  jlong *record = peeks.data();
  for (jint c = 0; c < cycles; c++) {
    for (jint port : in)
      for (int w = 0, n = model.words(port); w < n; w++) model.poke(instance, port, w, *next++);
    model.eval(instance);
    for (jint port : out)
      for (int w = 0, n = model.words(port); w < n; w++) *record++ = model.peek(instance, port, w);
    model.step(instance, 1);
  }
  env->SetLongArrayRegion(results, 0, peeks.size(), peeks.data());
}

// dev.hwc.rtl.harness.NativeBus: the bus around an accelerator.

namespace {

// Asks a dev.hwc.rtl.harness.BurstTiming in the JVM; pending answers come back in a buffer of longs.
struct JavaTiming : hwc::Timing {
  JNIEnv *env = nullptr; // of the native call under way
  jobject object;
  jmethodID resetMethod, submitMethod, eventMethod, advanceMethod;
  const jlong *buffer;

  void check() {
    if (env->ExceptionCheck()) throw std::runtime_error("");
  }
  void reset() override {
    env->CallVoidMethod(object, resetMethod);
    check();
  }
  int64_t submit(int64_t cycle, bool write, uint64_t address, int bytes, int64_t ticket) override {
    jlong answer = env->CallLongMethod(object, submitMethod, static_cast<jlong>(cycle), static_cast<jboolean>(write),
                                       static_cast<jlong>(address), static_cast<jint>(bytes),
                                       static_cast<jlong>(ticket));
    check();
    return answer;
  }
  int64_t nextEvent() override {
    jlong event = env->CallLongMethod(object, eventMethod);
    check();
    return event;
  }
  void advance(int64_t cycle, std::vector<Answer> &answers) override {
    jint count = env->CallIntMethod(object, advanceMethod, static_cast<jlong>(cycle));
    check();
    for (jint i = 0; i < count; i++) answers.push_back({buffer[3 * i] != 0, buffer[3 * i + 1], buffer[3 * i + 2]});
  }
};

struct BusHandle {
  JavaTiming timing;
  std::unique_ptr<hwc::Bus> bus;
};

BusHandle &busOf(jlong handle) { return *reinterpret_cast<BusHandle *>(handle); }

// Runs an action; what it throws becomes an RtlException, unless Java has thrown already.
template <typename Action> auto guarded(JNIEnv *env, jlong handle, Action action) -> decltype(action(busOf(handle))) {
  busOf(handle).timing.env = env;
  try {
    return action(busOf(handle));
  } catch (const std::runtime_error &e) {
    if (!env->ExceptionCheck()) env->ThrowNew(env->FindClass("dev/hwc/rtl/RtlException"), e.what());
    return decltype(action(busOf(handle)))();
  }
}

} // namespace

#define BUS(type, name) extern "C" JNIEXPORT type JNICALL Java_dev_hwc_rtl_harness_NativeBus_##name

BUS(jlong, open)
(JNIEnv *env, jclass, jlong model, jintArray ports, jint beatBytes, jobject timing, jobject buffer) {
  BusHandle *h = new BusHandle;
  jclass type = env->GetObjectClass(timing);
  h->timing.env = env;
  h->timing.object = env->NewGlobalRef(timing);
  h->timing.resetMethod = env->GetMethodID(type, "reset", "()V");
  h->timing.submitMethod = env->GetMethodID(type, "submit", "(JZJIJ)J");
  h->timing.eventMethod = env->GetMethodID(type, "nextEvent", "()J");
  h->timing.advanceMethod = env->GetMethodID(type, "advance", "(J)I");
  h->timing.buffer = static_cast<const jlong *>(env->GetDirectBufferAddress(buffer));
  h->bus = std::make_unique<hwc::Bus>(*of(model).model, of(model).instance, copy<jint>(env, ports), beatBytes, h->timing);
  return reinterpret_cast<jlong>(h);
}

BUS(void, close)(JNIEnv *env, jclass, jlong handle) {
  env->DeleteGlobalRef(busOf(handle).timing.object);
  delete &busOf(handle);
}

BUS(void, attach)(JNIEnv *, jclass, jlong handle, jlong base, jlong data, jlong bytes) {
  busOf(handle).bus->attach(base, reinterpret_cast<uint8_t *>(data), bytes);
}

BUS(void, disturb)(JNIEnv *, jclass, jlong handle, jint kind, jboolean write, jlong ticket, jlong delay) {
  busOf(handle).bus->disturb(static_cast<hwc::Disturbance>(kind), write, ticket, delay);
}

BUS(void, stall)(JNIEnv *, jclass, jlong handle, jlong seed, jint percent) { busOf(handle).bus->stall(seed, percent); }

BUS(void, writeRegister)(JNIEnv *env, jclass, jlong handle, jint offset, jint value, jboolean restart) {
  guarded(env, handle, [&](BusHandle &h) { h.bus->writeRegister(offset, value, restart); });
}

BUS(jint, readRegister)(JNIEnv *env, jclass, jlong handle, jint offset) {
  return guarded(env, handle, [&](BusHandle &h) { return static_cast<jint>(h.bus->readRegister(offset)); });
}

BUS(jlong, run)(JNIEnv *env, jclass, jlong handle, jlong cycles) {
  return guarded(env, handle, [&](BusHandle &h) { return static_cast<jlong>(h.bus->run(cycles)); });
}
