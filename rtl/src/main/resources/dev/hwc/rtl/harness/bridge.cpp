// The JNI side of dev.hwc.rtl.harness.NativeModel: opens models (model.h) from shared libraries of
// their own. Arrays are copied, so the garbage collector is never held up by a long run.
#include "model.h"
#include <dlfcn.h>
#include <jni.h>
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
