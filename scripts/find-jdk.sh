# Sourced by ./hwc and ./verify: finds a JDK of at least the version this project needs.
# After find_jdk, JDK is its folder, or empty; JDK_SEEN lists what was found and is too old.

JDK_MINIMUM=25
JDK=
JDK_SEEN=

# Major version of the JDK in folder $1, from its release file; empty when it is not a JDK.
jdk_version() {
  [ -x "$1/bin/javac" ] || return 0
  if [ -r "$1/release" ]; then
    sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
  else
    "$1/bin/javac" -version 2>&1 | sed -n 's/^javac \([0-9]*\).*/\1/p'
  fi
}

# Takes the JDK in folder $1 if it is new enough.
jdk_try() {
  local version
  version=$(jdk_version "$1")
  [ -n "$version" ] || return 1
  if [ "$version" -ge "$JDK_MINIMUM" ]; then
    JDK=$1
    return 0
  fi
  JDK_SEEN="$JDK_SEEN $1 ($version)"
  return 1
}

# The folder of the java on the PATH.
jdk_on_path() {
  local java
  java=$(command -v javac) || return 0
  java=$(readlink -f "$java" 2>/dev/null || printf '%s' "$java")
  dirname "$(dirname "$java")"
}

find_jdk() {
  local home
  for home in "${HWC_JAVA_HOME:-}" "${JAVA_HOME:-}" "$(jdk_on_path)" \
    /usr/lib/jvm/* "$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* /opt/* /opt/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    if [ -n "$home" ] && [ -d "$home" ] && jdk_try "$home"; then
      return 0
    fi
  done
  return 1
}

# One line for people without a suitable JDK.
jdk_missing() {
  printf 'a JDK of version %s or newer is needed; found%s; install one (for example from https://adoptium.net) or set HWC_JAVA_HOME\n' \
    "$JDK_MINIMUM" "${JDK_SEEN:- none}"
}
