#!/bin/sh
# Runs libmodbus' own test client against our Modbus server and prints what passed. Debian's source package is
# fetched and built in a temporary folder, which is removed at the end. Needs apt-get, dpkg-source, gcc and node.
set -eu

here=$(cd "$(dirname "$0")/.." && pwd)
for tool in apt-get dpkg-source gcc node; do
  command -v "$tool" >/dev/null || { echo "libmodbus-client.sh needs $tool" >&2; exit 2; }
done
folder=$(mktemp -d)
started=
trap 'for one in $started; do kill "$one" 2>/dev/null || :; done; rm -rf "$folder"' EXIT
trap 'exit 1' INT TERM
cd "$folder"

# Sources of our own, with source packages: those of the machine stay as they are.
mkdir parts
for file in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
  test -f "$file" || continue
  case $file in
    *.sources) sed 's/^Types:.*/Types: deb deb-src/' "$file" >"parts/$(basename "$file")" ;;
    *.list) sed -n 's/^deb\( .*\)$/deb\1\ndeb-src\1/p' "$file" >"parts/$(basename "$file")" ;;
  esac
done
mkdir -p lists/partial cache/archives/partial
apt() {
  apt-get -qq -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$folder/parts" \
    -o Dir::State::lists="$folder/lists" -o Dir::Cache="$folder/cache" \
    -o APT::Sandbox::User="$(id -un)" "$@"
}
apt update
apt source --download-only libmodbus
apt download libmodbus5 libmodbus-dev
dpkg-source -x libmodbus_*.dsc source >/dev/null 2>&1
for package in ./*.deb; do dpkg -x "$package" root; done

# What configure would do. The test has its port and its serial line built in.
sed 's/@HAVE_[A-Z]*_H@/1/' source/tests/unit-test.h.in >unit-test.h
library=$(dirname "$(find root -name 'libmodbus.so.5' | head -n 1)")
version=$(sed -n 's/^Version: //p' libmodbus_*.dsc | head -n 1)
build() {
  sed "s|\"127.0.0.1\", 1502|\"127.0.0.1\", ${1:-1502}|; s|/dev/ttyUSB1|${2:-/dev/null}|" \
    source/tests/unit-test-client.c >client.c
  gcc -w -I. -Iroot/usr/include/modbus client.c -o client -L"$library" -l:libmodbus.so.5
}

# Waits for a line of a program that the pattern takes, and prints what it takes of it.
heard() {
  for _ in $(seq 100); do
    found=$(sed -n "s/$2/\\1/p" "$1" | head -n 1)
    test -z "$found" || { echo "$found"; return; }
    sleep 0.1
  done
  echo "nothing came of $1" >&2
  cat "$1" >&2
  exit 1
}

failed=0
# Each assertion prints OK, or the line that failed, behind which the client stops.
try() {
  code=0
  LD_LIBRARY_PATH="$library" timeout 60 ./client "$1" >report.txt 2>errors.txt || code=$?
  awk -v name="$1" '
    function flush() { if (count > 0) printf "%-32s %4d\n", section, count }
    BEGIN { printf "%-32s %4s\n", name, "OK" }
    /^\*\* UNIT/ { section = "CONNECT" }
    /^TEST / { flush(); count = 0; section = $0; sub(/^TEST /, "", section); sub(/:$/, "", section) }
    /(^|[ :])OK$/ { count += 1; total += 1 }
    /assertion error/ { failed = $0 }
    END { flush(); printf "%-32s %4d\n", "all", total; if (failed != "") print failed }
  ' report.txt
  if grep -q 'ALL TESTS PASS' report.txt; then
    echo "libmodbus $version, $1: all tests pass"
    return
  fi
  echo "libmodbus $version, $1: failed, exit code $code" >&2
  tail -n 5 report.txt >&2
  failed=1
}

node "$here/test/support/libmodbus-server.ts" >server.txt 2>&1 &
started="$started $!"
build "$(heard server.txt '^ready \([0-9]*\)$')"
try tcp

if command -v socat >/dev/null; then
  socat -d -d pty,raw,echo=0 pty,raw,echo=0 2>cable.txt &
  started="$started $!"
  heard cable.txt '.*\(starting data transfer\).*' >/dev/null
  ours=$(sed -n 's/.*PTY is //p' cable.txt | sed -n 1p)
  theirs=$(sed -n 's/.*PTY is //p' cable.txt | sed -n 2p)
  node "$here/test/support/libmodbus-server.ts" "$ours" >line.txt 2>&1 &
  started="$started $!"
  heard line.txt '^\(ready\) .*' >/dev/null
  build 1502 "$theirs"
  try rtu
else
  echo 'without socat there is no serial line to try'
fi
exit "$failed"
