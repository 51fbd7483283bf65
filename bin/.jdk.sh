# Shared by bin/faultline and bin/verify: finds a JDK that is new enough. Sourced, never run.

JDK_MIN=25

# The feature version of the JDK in folder $1 (its "release" file says it), or nothing when it is not a JDK.
jdk_version() {
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
  sed -n 's/^JAVA_VERSION="*\([0-9][0-9]*\).*/\1/p' "$1/release" | head -n 1
}

# $1 with every symbolic link in its last component followed (readlink -f is not everywhere).
follow_links() {
  path=$1
  while [ -h "$path" ]; do
    link=$(readlink "$path")
    case $link in
      /*) path=$link ;;
      *) path=$(dirname "$path")/$link ;;
    esac
  done
  printf '%s\n' "$path"
}

# Sets and exports JAVA_HOME: JAVA_HOME itself or the java in PATH when new enough, else the oldest that is, among
# the usual install folders. Returns 1 when there is none.
find_jdk() {
  path_java=$(command -v java) && path_java=$(follow_links "$path_java") && path_java=$(dirname "$(dirname "$path_java")")
  for home in "${JAVA_HOME:-}" "${path_java:-}"; do
    version=$(jdk_version "$home")
    if [ "${version:-0}" -ge "$JDK_MIN" ]; then
      export JAVA_HOME="$home"
      return 0
    fi
  done
  best_home=
  best_version=
  for home in /usr/lib/jvm/* /usr/java/* /opt/java/* /opt/jdk* /opt/*/jdk* "${HOME:-}"/.sdkman/candidates/java/* \
    "${HOME:-}"/.jdks/* /Library/Java/JavaVirtualMachines/*/Contents/Home \
    "${HOME:-}"/Library/Java/JavaVirtualMachines/*/Contents/Home /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home \
    "$(/usr/libexec/java_home -F -v "$JDK_MIN+" 2>/dev/null)"; do
    version=$(jdk_version "$home")
    [ "${version:-0}" -ge "$JDK_MIN" ] || continue
    if [ -z "$best_version" ] || [ "$version" -lt "$best_version" ]; then
      best_home=$home
      best_version=$version
    fi
  done
  [ -n "$best_home" ] || return 1
  export JAVA_HOME="$best_home"
}

# Stops with one sentence unless there is such a JDK.
require_jdk() {
  find_jdk || {
    echo "Faultline needs JDK $JDK_MIN or later and found none: install one (for example Temurin $JDK_MIN) and set JAVA_HOME to its folder." >&2
    exit 2
  }
}

# Stops with one sentence unless Maven is there too.
require_build_tools() {
  require_jdk
  command -v mvn >/dev/null 2>&1 || {
    echo "Faultline is built with Maven and found none: install Maven 3.8 or later (Debian: apt install maven, macOS: brew install maven)." >&2
    exit 2
  }
}
