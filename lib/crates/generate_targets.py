#!/usr/bin/env python3
"""Writes targets.inc: what `rustc --print cfg` says of each target that the library knows.

    generate_targets.py > targets.inc

To be run where a stable rustc is installed. `debug_assertions` depends on the profile and is left out; `panic` is the
strategy that the target has by itself, and stands apart. Facts that many targets share are written once.
"""
import subprocess
import sys

TARGETS = """
aarch64-apple-darwin aarch64-apple-ios aarch64-apple-ios-macabi aarch64-apple-ios-sim aarch64-apple-tvos
aarch64-apple-visionos aarch64-apple-watchos aarch64-linux-android aarch64-pc-windows-gnullvm aarch64-pc-windows-msvc
aarch64-unknown-freebsd aarch64-unknown-fuchsia aarch64-unknown-linux-gnu aarch64-unknown-linux-musl
aarch64-unknown-linux-ohos aarch64-unknown-netbsd aarch64-unknown-none aarch64-unknown-none-softfloat
aarch64-unknown-openbsd aarch64-unknown-redox aarch64-unknown-uefi arm-linux-androideabi arm-unknown-linux-gnueabi
arm-unknown-linux-gnueabihf arm-unknown-linux-musleabi arm-unknown-linux-musleabihf armv5te-unknown-linux-gnueabi
armv7-linux-androideabi armv7-unknown-linux-gnueabi armv7-unknown-linux-gnueabihf armv7-unknown-linux-musleabi
armv7-unknown-linux-musleabihf armv7a-none-eabi armv7r-none-eabi armv7r-none-eabihf avr-none i586-unknown-linux-gnu
i686-apple-darwin i686-linux-android i686-pc-windows-gnu i686-pc-windows-gnullvm i686-pc-windows-msvc
i686-unknown-freebsd i686-unknown-linux-gnu i686-unknown-linux-musl i686-unknown-uefi loongarch64-unknown-linux-gnu
loongarch64-unknown-linux-musl loongarch64-unknown-none mips-unknown-linux-gnu mips64-unknown-linux-gnuabi64
mips64el-unknown-linux-gnuabi64 mipsel-unknown-linux-gnu mipsel-unknown-none msp430-none-elf nvptx64-nvidia-cuda
powerpc-unknown-linux-gnu powerpc64-ibm-aix powerpc64-unknown-freebsd powerpc64-unknown-linux-gnu
powerpc64-unknown-linux-musl powerpc64le-unknown-freebsd powerpc64le-unknown-linux-gnu powerpc64le-unknown-linux-musl
riscv32gc-unknown-linux-gnu riscv32i-unknown-none-elf riscv32im-unknown-none-elf riscv32imac-esp-espidf
riscv32imac-unknown-none-elf riscv32imafc-unknown-none-elf riscv32imc-esp-espidf riscv32imc-unknown-none-elf
riscv64gc-unknown-freebsd riscv64gc-unknown-linux-gnu riscv64gc-unknown-linux-musl riscv64gc-unknown-none-elf
riscv64imac-unknown-none-elf s390x-unknown-linux-gnu s390x-unknown-linux-musl sparc64-unknown-linux-gnu
sparcv9-sun-solaris thumbv4t-none-eabi thumbv6m-none-eabi thumbv7a-none-eabi thumbv7a-none-eabihf thumbv7em-none-eabi
thumbv7em-none-eabihf thumbv7m-none-eabi thumbv7neon-linux-androideabi thumbv7neon-unknown-linux-gnueabihf
thumbv8m.base-none-eabi thumbv8m.main-none-eabi thumbv8m.main-none-eabihf wasm32-unknown-emscripten
wasm32-unknown-unknown wasm32-wasip1 wasm32-wasip1-threads wasm32-wasip2 wasm32v1-none wasm64-unknown-unknown
x86_64-apple-darwin x86_64-apple-ios x86_64-apple-ios-macabi x86_64-fortanix-unknown-sgx x86_64-linux-android
x86_64-pc-solaris x86_64-pc-windows-gnu x86_64-pc-windows-gnullvm x86_64-pc-windows-msvc x86_64-unknown-dragonfly
x86_64-unknown-freebsd x86_64-unknown-fuchsia x86_64-unknown-haiku x86_64-unknown-hermit x86_64-unknown-illumos
x86_64-unknown-linux-gnu x86_64-unknown-linux-gnux32 x86_64-unknown-linux-musl x86_64-unknown-linux-ohos
x86_64-unknown-netbsd x86_64-unknown-none x86_64-unknown-openbsd x86_64-unknown-redox x86_64-unknown-uefi
xtensa-esp32-espidf xtensa-esp32-none-elf
""".split()


def ask(*arguments):
    return subprocess.run(["rustc", *arguments], capture_output=True, text=True, check=True).stdout


def facts_of(target):
    lines = [line for line in ask("--print", "cfg", "--target", target).splitlines() if line != "debug_assertions"]
    panic = [line.split('"')[1] for line in lines if line.startswith("panic=")]
    return panic[0], [line for line in lines if not line.startswith("panic=")]


def literal(fact):
    key, equals, value = fact.partition("=")
    return f'{{"{key}", {value}, true}}' if equals else f'{{"{key}", "", false}}'


def main():
    known = sorted((name, *facts_of(name)) for name in TARGETS)
    shared = sorted({fact for _, _, facts in known for fact in facts})
    place = {fact: number for number, fact in enumerate(shared)}
    print(f"// Written by generate_targets.py from what rustc {ask('--version').split()[1]} prints. Do not edit.")
    print("constexpr CfgFact kFacts[] = {")
    for fact in shared:
        print(f"    {literal(fact)},")
    print("};")
    rows, start = [], 0
    print("constexpr uint16_t kFactNumbers[] = {")
    for name, panic, facts in known:
        print(f"    // {name}")
        line = "   "
        for fact in facts:
            entry = f" {place[fact]},"
            if len(line) + len(entry) > 118:
                print(line)
                line = "   "
            line += entry
        print(line)
        rows.append(f'    {{"{name}", "{panic}", {start}, {len(facts)}}},')
        start += len(facts)
    print("};")
    print("constexpr TargetRow kTargets[] = {")
    print("\n".join(rows))
    print("};")
    return 0


if __name__ == "__main__":
    sys.exit(main())
