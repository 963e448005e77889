#!/bin/sh
# Listens on a CAN interface of a real kernel: Debian's, booted in QEMU with a virtual bus, without root and
# without KVM. Debian's packages are fetched into a temporary folder, which is removed at the end. Prints a table
# of what was tried; the exit code is 0 when all of it was OK, 1 when not, 2 when something is missing.
set -eu

here=$(cd "$(dirname "$0")/.." && pwd)
export PATH="$here/.node/bin:$PATH"
# Program and the package that has it.
missing=
for pair in qemu-system-x86_64:qemu-system-x86 cpio:cpio dpkg-deb:dpkg apt-get:apt xz:xz-utils ldd:libc-bin; do
  command -v "${pair%%:*}" >/dev/null || missing="$missing ${pair#*:}"
done
test -z "$missing" || { echo "socketcan-qemu.sh needs: sudo apt-get install$missing" >&2; exit 2; }
command -v node >/dev/null || { echo 'socketcan-qemu.sh needs node 24 in the PATH' >&2; exit 2; }
test -f "$here/dist/cli/main.js" || { echo 'socketcan-qemu.sh needs the program: npm run build' >&2; exit 2; }

folder=$(mktemp -d)
guest=
trap 'test -z "$guest" || kill "$guest" 2>/dev/null || :; rm -rf "$folder"' EXIT
trap 'exit 1' INT TERM
cd "$folder"

# The kernel for clouds has no CAN.
kernel=$(apt-cache depends linux-image-amd64 2>/dev/null | awk '/Depends:/ { print $2; exit }')
test -n "$kernel" || { echo 'apt-get knows no linux-image-amd64: sudo apt-get update' >&2; exit 2; }
echo "fetching $kernel"
apt-get -qq -o APT::Sandbox::User="$(id -un)" download "$kernel" can-utils busybox-static
for package in can-utils busybox-static; do dpkg-deb -x "$package"_*.deb "$package"; done
dpkg-deb --fsys-tarfile "$kernel"_*.deb | tar -x --wildcards './boot/vmlinuz-*' '*/kernel/net/can/can.ko*' \
  '*/kernel/net/can/can-raw.ko*' '*/net/can/dev/can-dev.ko*' '*/net/can/vcan.ko*'

mkdir -p root/bin root/dev root/proc root/sys root/tmp root/etc root/modules root/dinrail/node_modules
cp busybox-static/bin/busybox root/bin/
for tool in candump cansend canplayer; do cp "can-utils/usr/bin/$tool" root/bin/; done
cp "$(command -v node)" root/bin/node
# The libraries of these programs, and the loader, where they are looked for.
ldd root/bin/node root/bin/candump root/bin/cansend root/bin/canplayer |
  sed -n 's|^[^/]*\(/[^ :]*\) (.*|\1|p' | sort -u |
  while read -r library; do
    mkdir -p "root$(dirname "$library")"
    cp -L "$library" "root$library"
  done
find . -path './lib/modules/*' -name '*.ko*' -exec cp {} root/modules/ \;
for packed in root/modules/*.xz; do test ! -f "$packed" || xz -d "$packed"; done

cp -R "$here/dist" "$here/profiles" "$here/package.json" root/dinrail/
mkdir -p root/dinrail/examples
cp -R "$here/examples/battery" root/dinrail/examples/
cp "$here/scripts/socketcan/guest.ts" root/dinrail/
cp "$here/scripts/socketcan/init.sh" root/init
chmod 755 root/init
# What is needed to run, without the serial ports.
(cd "$here" && node -e '
  const { packages } = JSON.parse(require("node:fs").readFileSync("package-lock.json", "utf8"));
  for (const [path, it] of Object.entries(packages))
    if (path !== "" && !it.dev && !it.devOptional && !it.optional) console.log(path);
') | while read -r path; do
  mkdir -p "root/dinrail/$(dirname "$path")"
  cp -R "$here/$path" "root/dinrail/$(dirname "$path")/"
done
(cd root && find . | cpio -o -H newc -R 0:0 --quiet) >initramfs.cpio

started=$(date +%s)
timeout 240 qemu-system-x86_64 -accel tcg,thread=multi -cpu max -smp 2 -m 1024 -nodefaults -no-reboot \
  -display none -nic none -serial stdio -kernel boot/vmlinuz-* -initrd initramfs.cpio \
  -append 'console=ttyS0 quiet panic=-1' </dev/null >console.txt 2>&1 &
guest=$!
code=0
wait "$guest" || code=$?
guest=
tr -d '\r' <console.txt >told.txt
sed -n 's/^| //p' told.txt
echo "$(($(date +%s) - started)) s in the guest"
if grep -q '^| all OK' told.txt; then exit 0; fi
echo "not OK (QEMU ended with $code); the console:" >&2
grep -v '^| ' told.txt | tail -n 60 >&2
exit 1
