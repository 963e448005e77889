#!/bin/sh
# Runs libmodbus' own test client against our Modbus server and prints what passed. Debian's source package is
# fetched and built in a temporary folder, which is removed at the end. Needs apt-get, dpkg-source, gcc and node.
set -eu

here=$(cd "$(dirname "$0")/.." && pwd)
for tool in apt-get dpkg-source gcc node; do
  command -v "$tool" >/dev/null || { echo "libmodbus-client.sh needs $tool" >&2; exit 2; }
done
folder=$(mktemp -d)
server=
trap 'test -z "$server" || kill "$server" 2>/dev/null; rm -rf "$folder"' EXIT
trap 'exit 1' INT TERM
cd "$folder"

# A list of sources of our own: that of the machine stays as it is.
. /etc/os-release
key=/usr/share/keyrings/debian-archive-keyring.gpg
for suite in "debian $VERSION_CODENAME" "debian-security $VERSION_CODENAME-security"; do
  for kind in deb deb-src; do
    echo "$kind [signed-by=$key] http://deb.debian.org/$suite main"
  done
done >sources.list
mkdir -p lists/partial cache/archives/partial
apt() {
  apt-get -qq -o Dir::Etc::sourcelist="$folder/sources.list" -o Dir::Etc::sourceparts=- \
    -o Dir::State::lists="$folder/lists" -o Dir::Cache="$folder/cache" \
    -o APT::Sandbox::User="$(id -un)" "$@"
}
apt update
apt source --download-only libmodbus
apt download libmodbus5 libmodbus-dev
dpkg-source -x libmodbus_*.dsc source >/dev/null 2>&1
for package in ./*.deb; do dpkg -x "$package" root; done

node "$here/test/support/libmodbus-server.ts" >server.txt &
server=$!
port=
for _ in $(seq 100); do
  port=$(sed -n 's/^ready //p' server.txt)
  test -z "$port" || break
  sleep 0.1
done
test -n "$port" || { echo 'our server does not start' >&2; exit 1; }

# What configure would do, and the port that the test has built in.
sed 's/@HAVE_[A-Z]*_H@/1/' source/tests/unit-test.h.in >unit-test.h
sed "s/\"127.0.0.1\", 1502/\"127.0.0.1\", $port/" source/tests/unit-test-client.c >client.c
library=$(dirname "$(find root -name 'libmodbus.so.5' | head -n 1)")
gcc -w -I. -Iroot/usr/include/modbus client.c -o client -L"$library" -l:libmodbus.so.5
code=0
LD_LIBRARY_PATH="$library" timeout 60 ./client tcp >report.txt 2>errors.txt || code=$?

# Each assertion prints OK, or the line that failed, behind which the client stops.
awk '
  function flush() { if (count > 0) printf "%-32s %4d\n", section, count }
  BEGIN { section = "BEGIN"; printf "%-32s %4s\n", "", "OK" }
  /^\*\* UNIT/ { section = "CONNECT" }
  /^TEST / { flush(); count = 0; section = $0; sub(/^TEST /, "", section); sub(/:$/, "", section) }
  /(^|[ :])OK$/ { count += 1; total += 1 }
  /assertion error/ { failed = $0 }
  END { flush(); printf "%-32s %4d\n", "all", total; if (failed != "") print failed }
' report.txt
version=$(sed -n 's/^Version: //p' libmodbus_*.dsc | head -n 1)
if grep -q 'ALL TESTS PASS' report.txt; then
  echo "libmodbus $version: all tests pass"
else
  echo "libmodbus $version: failed, exit code $code" >&2
  tail -n 5 report.txt >&2
  exit 1
fi
