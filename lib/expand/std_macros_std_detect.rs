// Macros of std_detect, which std gives on: whether the processor has a feature, asked at run time.
//
// Each feature that the target has anyway is answered at compile time.

#[macro_export]
#[cfg(any(target_arch = "x86", target_arch = "x86_64"))]
macro_rules! is_x86_feature_detected {
    ("aes") => { cfg!(target_feature = "aes") || $crate::detect::__is_feature_detected::aes() };
    ("pclmulqdq") => { cfg!(target_feature = "pclmulqdq") || $crate::detect::__is_feature_detected::pclmulqdq() };
    ("rdrand") => { cfg!(target_feature = "rdrand") || $crate::detect::__is_feature_detected::rdrand() };
    ("rdseed") => { cfg!(target_feature = "rdseed") || $crate::detect::__is_feature_detected::rdseed() };
    ("tsc") => { $crate::detect::__is_feature_detected::tsc() };
    ("mmx") => { $crate::detect::__is_feature_detected::mmx() };
    ("sse") => { cfg!(target_feature = "sse") || $crate::detect::__is_feature_detected::sse() };
    ("sse2") => { cfg!(target_feature = "sse2") || $crate::detect::__is_feature_detected::sse2() };
    ("sse3") => { cfg!(target_feature = "sse3") || $crate::detect::__is_feature_detected::sse3() };
    ("ssse3") => { cfg!(target_feature = "ssse3") || $crate::detect::__is_feature_detected::ssse3() };
    ("sse4.1") => { cfg!(target_feature = "sse4.1") || $crate::detect::__is_feature_detected::sse4_1() };
    ("sse4.2") => { cfg!(target_feature = "sse4.2") || $crate::detect::__is_feature_detected::sse4_2() };
    ("sse4a") => { cfg!(target_feature = "sse4a") || $crate::detect::__is_feature_detected::sse4a() };
    ("sha") => { cfg!(target_feature = "sha") || $crate::detect::__is_feature_detected::sha() };
    ("avx") => { cfg!(target_feature = "avx") || $crate::detect::__is_feature_detected::avx() };
    ("avx2") => { cfg!(target_feature = "avx2") || $crate::detect::__is_feature_detected::avx2() };
    ("sha512") => { cfg!(target_feature = "sha512") || $crate::detect::__is_feature_detected::sha512() };
    ("sm3") => { cfg!(target_feature = "sm3") || $crate::detect::__is_feature_detected::sm3() };
    ("sm4") => { cfg!(target_feature = "sm4") || $crate::detect::__is_feature_detected::sm4() };
    ("avx512f") => { cfg!(target_feature = "avx512f") || $crate::detect::__is_feature_detected::avx512f() };
    ("avx512cd") => { cfg!(target_feature = "avx512cd") || $crate::detect::__is_feature_detected::avx512cd() };
    ("avx512er") => { $crate::detect::__is_feature_detected::avx512er() };
    ("avx512pf") => { $crate::detect::__is_feature_detected::avx512pf() };
    ("avx512bw") => { cfg!(target_feature = "avx512bw") || $crate::detect::__is_feature_detected::avx512bw() };
    ("avx512dq") => { cfg!(target_feature = "avx512dq") || $crate::detect::__is_feature_detected::avx512dq() };
    ("avx512vl") => { cfg!(target_feature = "avx512vl") || $crate::detect::__is_feature_detected::avx512vl() };
    ("avx512ifma") => { cfg!(target_feature = "avx512ifma") || $crate::detect::__is_feature_detected::avx512ifma() };
    ("avx512vbmi") => { cfg!(target_feature = "avx512vbmi") || $crate::detect::__is_feature_detected::avx512vbmi() };
    ("avx512vpopcntdq") => { cfg!(target_feature = "avx512vpopcntdq") || $crate::detect::__is_feature_detected::avx512vpopcntdq() };
    ("avx512vbmi2") => { cfg!(target_feature = "avx512vbmi2") || $crate::detect::__is_feature_detected::avx512vbmi2() };
    ("gfni") => { cfg!(target_feature = "gfni") || $crate::detect::__is_feature_detected::gfni() };
    ("vaes") => { cfg!(target_feature = "vaes") || $crate::detect::__is_feature_detected::vaes() };
    ("vpclmulqdq") => { cfg!(target_feature = "vpclmulqdq") || $crate::detect::__is_feature_detected::vpclmulqdq() };
    ("avx512vnni") => { cfg!(target_feature = "avx512vnni") || $crate::detect::__is_feature_detected::avx512vnni() };
    ("avx512bitalg") => { cfg!(target_feature = "avx512bitalg") || $crate::detect::__is_feature_detected::avx512bitalg() };
    ("avx512bf16") => { cfg!(target_feature = "avx512bf16") || $crate::detect::__is_feature_detected::avx512bf16() };
    ("avx512vp2intersect") => { cfg!(target_feature = "avx512vp2intersect") || $crate::detect::__is_feature_detected::avx512vp2intersect() };
    ("avx512fp16") => { cfg!(target_feature = "avx512fp16") || $crate::detect::__is_feature_detected::avx512fp16() };
    ("avxifma") => { cfg!(target_feature = "avxifma") || $crate::detect::__is_feature_detected::avxifma() };
    ("avxneconvert") => { cfg!(target_feature = "avxneconvert") || $crate::detect::__is_feature_detected::avxneconvert() };
    ("avxvnni") => { cfg!(target_feature = "avxvnni") || $crate::detect::__is_feature_detected::avxvnni() };
    ("avxvnniint16") => { cfg!(target_feature = "avxvnniint16") || $crate::detect::__is_feature_detected::avxvnniint16() };
    ("avxvnniint8") => { cfg!(target_feature = "avxvnniint8") || $crate::detect::__is_feature_detected::avxvnniint8() };
    ("amx-tile") => { cfg!(target_feature = "amx-tile") || $crate::detect::__is_feature_detected::amx_tile() };
    ("amx-int8") => { cfg!(target_feature = "amx-int8") || $crate::detect::__is_feature_detected::amx_int8() };
    ("amx-bf16") => { cfg!(target_feature = "amx-bf16") || $crate::detect::__is_feature_detected::amx_bf16() };
    ("amx-fp16") => { cfg!(target_feature = "amx-fp16") || $crate::detect::__is_feature_detected::amx_fp16() };
    ("amx-complex") => { cfg!(target_feature = "amx-complex") || $crate::detect::__is_feature_detected::amx_complex() };
    ("amx-avx512") => { cfg!(target_feature = "amx-avx512") || $crate::detect::__is_feature_detected::amx_avx512() };
    ("amx-fp8") => { cfg!(target_feature = "amx-fp8") || $crate::detect::__is_feature_detected::amx_fp8() };
    ("amx-movrs") => { cfg!(target_feature = "amx-movrs") || $crate::detect::__is_feature_detected::amx_movrs() };
    ("amx-tf32") => { cfg!(target_feature = "amx-tf32") || $crate::detect::__is_feature_detected::amx_tf32() };
    ("apxf") => { cfg!(target_feature = "apxf") || $crate::detect::__is_feature_detected::apxf() };
    ("avx10.1") => { cfg!(target_feature = "avx10.1") || $crate::detect::__is_feature_detected::avx10_1() };
    ("avx10.2") => { cfg!(target_feature = "avx10.2") || $crate::detect::__is_feature_detected::avx10_2() };
    ("f16c") => { cfg!(target_feature = "f16c") || $crate::detect::__is_feature_detected::f16c() };
    ("fma") => { cfg!(target_feature = "fma") || $crate::detect::__is_feature_detected::fma() };
    ("bmi1") => { cfg!(target_feature = "bmi1") || $crate::detect::__is_feature_detected::bmi1() };
    ("bmi2") => { cfg!(target_feature = "bmi2") || $crate::detect::__is_feature_detected::bmi2() };
    ("lzcnt") => { cfg!(target_feature = "lzcnt") || $crate::detect::__is_feature_detected::lzcnt() };
    ("tbm") => { cfg!(target_feature = "tbm") || $crate::detect::__is_feature_detected::tbm() };
    ("popcnt") => { cfg!(target_feature = "popcnt") || $crate::detect::__is_feature_detected::popcnt() };
    ("fxsr") => { cfg!(target_feature = "fxsr") || $crate::detect::__is_feature_detected::fxsr() };
    ("xsave") => { cfg!(target_feature = "xsave") || $crate::detect::__is_feature_detected::xsave() };
    ("xsaveopt") => { cfg!(target_feature = "xsaveopt") || $crate::detect::__is_feature_detected::xsaveopt() };
    ("xsaves") => { cfg!(target_feature = "xsaves") || $crate::detect::__is_feature_detected::xsaves() };
    ("xsavec") => { cfg!(target_feature = "xsavec") || $crate::detect::__is_feature_detected::xsavec() };
    ("cmpxchg16b") => { cfg!(target_feature = "cmpxchg16b") || $crate::detect::__is_feature_detected::cmpxchg16b() };
    ("kl") => { cfg!(target_feature = "kl") || $crate::detect::__is_feature_detected::kl() };
    ("widekl") => { cfg!(target_feature = "widekl") || $crate::detect::__is_feature_detected::widekl() };
    ("adx") => { cfg!(target_feature = "adx") || $crate::detect::__is_feature_detected::adx() };
    ("rtm") => { cfg!(target_feature = "rtm") || $crate::detect::__is_feature_detected::rtm() };
    ("movbe") => { cfg!(target_feature = "movbe") || $crate::detect::__is_feature_detected::movbe() };
    ("movrs") => { cfg!(target_feature = "movrs") || $crate::detect::__is_feature_detected::movrs() };
    ("ermsb") => { cfg!(target_feature = "ermsb") || $crate::detect::__is_feature_detected::ermsb() };
    ("xop") => { cfg!(target_feature = "xop") || $crate::detect::__is_feature_detected::xop() };
    ("abm") => {{ $crate::is_x86_feature_detected!("lzcnt") }};
    ("avx512gfni") => {{ $crate::is_x86_feature_detected!("gfni") }};
    ("avx512vaes") => {{ $crate::is_x86_feature_detected!("vaes") }};
    ("avx512vpclmulqdq") => {{ $crate::is_x86_feature_detected!("vpclmulqdq") }};
    ($feature:tt,) => { $crate::is_x86_feature_detected!($feature) };
    ($feature:tt) => { compile_error!(concat!("unknown x86 target feature: ", $feature)) };
}
#[macro_export]
#[cfg(not(any(target_arch = "x86", target_arch = "x86_64")))]
macro_rules! is_x86_feature_detected {
    ($feature:tt $(,)?) => { compile_error!("this macro cannot be used on the current target") };
}

#[macro_export]
#[cfg(target_arch = "arm")]
macro_rules! is_arm_feature_detected {
    ("neon") => { cfg!(target_feature = "neon") || $crate::detect::__is_feature_detected::neon() };
    ("pmull") => { $crate::detect::__is_feature_detected::pmull() };
    ("crc") => { cfg!(target_feature = "crc") || $crate::detect::__is_feature_detected::crc() };
    ("aes") => { cfg!(target_feature = "aes") || $crate::detect::__is_feature_detected::aes() };
    ("sha2") => { cfg!(target_feature = "sha2") || $crate::detect::__is_feature_detected::sha2() };
    ("i8mm") => { cfg!(target_feature = "i8mm") || $crate::detect::__is_feature_detected::i8mm() };
    ("dotprod") => { cfg!(target_feature = "dotprod") || $crate::detect::__is_feature_detected::dotprod() };
    ("v7") => { compile_error!(concat!(stringify!("v7"), " feature cannot be detected at run-time")) };
    ("vfp2") => { compile_error!(concat!(stringify!("vfp2"), " feature cannot be detected at run-time")) };
    ("vfp3") => { compile_error!(concat!(stringify!("vfp3"), " feature cannot be detected at run-time")) };
    ("vfp4") => { compile_error!(concat!(stringify!("vfp4"), " feature cannot be detected at run-time")) };
    ($feature:tt,) => { $crate::is_arm_feature_detected!($feature) };
    ($feature:tt) => { compile_error!(concat!("unknown arm target feature: ", $feature)) };
}
#[macro_export]
#[cfg(not(target_arch = "arm"))]
macro_rules! is_arm_feature_detected {
    ($feature:tt $(,)?) => { compile_error!("this macro cannot be used on the current target") };
}

#[macro_export]
#[cfg(any(target_arch = "aarch64", target_arch = "arm64ec"))]
macro_rules! is_aarch64_feature_detected {
    ("neon") => { cfg!(target_feature = "neon") || $crate::detect::__is_feature_detected::asimd() };
    ("pmull") => { cfg!(target_feature = "aes") || $crate::detect::__is_feature_detected::pmull() };
    ("fp") => { cfg!(target_feature = "neon") || $crate::detect::__is_feature_detected::fp() };
    ("aes") => { cfg!(target_feature = "aes") || $crate::detect::__is_feature_detected::aes() };
    ("bf16") => { cfg!(target_feature = "bf16") || $crate::detect::__is_feature_detected::bf16() };
    ("bti") => { cfg!(target_feature = "bti") || $crate::detect::__is_feature_detected::bti() };
    ("crc") => { cfg!(target_feature = "crc") || $crate::detect::__is_feature_detected::crc() };
    ("cssc") => { cfg!(target_feature = "cssc") || $crate::detect::__is_feature_detected::cssc() };
    ("dit") => { cfg!(target_feature = "dit") || $crate::detect::__is_feature_detected::dit() };
    ("dpb") => { cfg!(target_feature = "dpb") || $crate::detect::__is_feature_detected::dpb() };
    ("dpb2") => { cfg!(target_feature = "dpb2") || $crate::detect::__is_feature_detected::dpb2() };
    ("dotprod") => { cfg!(target_feature = "dotprod") || $crate::detect::__is_feature_detected::dotprod() };
    ("ecv") => { cfg!(target_feature = "ecv") || $crate::detect::__is_feature_detected::ecv() };
    ("f32mm") => { cfg!(target_feature = "f32mm") || $crate::detect::__is_feature_detected::f32mm() };
    ("f64mm") => { cfg!(target_feature = "f64mm") || $crate::detect::__is_feature_detected::f64mm() };
    ("faminmax") => { cfg!(target_feature = "faminmax") || $crate::detect::__is_feature_detected::faminmax() };
    ("fcma") => { cfg!(target_feature = "fcma") || $crate::detect::__is_feature_detected::fcma() };
    ("fhm") => { cfg!(target_feature = "fhm") || $crate::detect::__is_feature_detected::fhm() };
    ("flagm") => { cfg!(target_feature = "flagm") || $crate::detect::__is_feature_detected::flagm() };
    ("flagm2") => { cfg!(target_feature = "flagm2") || $crate::detect::__is_feature_detected::flagm2() };
    ("fp16") => { cfg!(target_feature = "fp16") || $crate::detect::__is_feature_detected::fp16() };
    ("fp8") => { cfg!(target_feature = "fp8") || $crate::detect::__is_feature_detected::fp8() };
    ("fp8dot2") => { cfg!(target_feature = "fp8dot2") || $crate::detect::__is_feature_detected::fp8dot2() };
    ("fp8dot4") => { cfg!(target_feature = "fp8dot4") || $crate::detect::__is_feature_detected::fp8dot4() };
    ("fp8fma") => { cfg!(target_feature = "fp8fma") || $crate::detect::__is_feature_detected::fp8fma() };
    ("fpmr") => { $crate::detect::__is_feature_detected::fpmr() };
    ("frintts") => { cfg!(target_feature = "frintts") || $crate::detect::__is_feature_detected::frintts() };
    ("hbc") => { cfg!(target_feature = "hbc") || $crate::detect::__is_feature_detected::hbc() };
    ("i8mm") => { cfg!(target_feature = "i8mm") || $crate::detect::__is_feature_detected::i8mm() };
    ("jsconv") => { cfg!(target_feature = "jsconv") || $crate::detect::__is_feature_detected::jsconv() };
    ("lse") => { cfg!(target_feature = "lse") || $crate::detect::__is_feature_detected::lse() };
    ("lse128") => { cfg!(target_feature = "lse128") || $crate::detect::__is_feature_detected::lse128() };
    ("lse2") => { cfg!(target_feature = "lse2") || $crate::detect::__is_feature_detected::lse2() };
    ("lut") => { cfg!(target_feature = "lut") || $crate::detect::__is_feature_detected::lut() };
    ("mops") => { cfg!(target_feature = "mops") || $crate::detect::__is_feature_detected::mops() };
    ("mte") => { cfg!(target_feature = "mte") || $crate::detect::__is_feature_detected::mte() };
    ("paca") => { cfg!(target_feature = "paca") || $crate::detect::__is_feature_detected::paca() };
    ("pacg") => { cfg!(target_feature = "pacg") || $crate::detect::__is_feature_detected::pacg() };
    ("pauth-lr") => { cfg!(target_feature = "pauth-lr") || $crate::detect::__is_feature_detected::pauth_lr() };
    ("rand") => { cfg!(target_feature = "rand") || $crate::detect::__is_feature_detected::rand() };
    ("rcpc") => { cfg!(target_feature = "rcpc") || $crate::detect::__is_feature_detected::rcpc() };
    ("rcpc2") => { cfg!(target_feature = "rcpc2") || $crate::detect::__is_feature_detected::rcpc2() };
    ("rcpc3") => { cfg!(target_feature = "rcpc3") || $crate::detect::__is_feature_detected::rcpc3() };
    ("rdm") => { cfg!(target_feature = "rdm") || $crate::detect::__is_feature_detected::rdm() };
    ("sb") => { cfg!(target_feature = "sb") || $crate::detect::__is_feature_detected::sb() };
    ("sha2") => { cfg!(target_feature = "sha2") || $crate::detect::__is_feature_detected::sha2() };
    ("sha3") => { cfg!(target_feature = "sha3") || $crate::detect::__is_feature_detected::sha3() };
    ("sm4") => { cfg!(target_feature = "sm4") || $crate::detect::__is_feature_detected::sm4() };
    ("sme") => { cfg!(target_feature = "sme") || $crate::detect::__is_feature_detected::sme() };
    ("sme2") => { cfg!(target_feature = "sme2") || $crate::detect::__is_feature_detected::sme2() };
    ("sme2p1") => { cfg!(target_feature = "sme2p1") || $crate::detect::__is_feature_detected::sme2p1() };
    ("sme-b16b16") => { cfg!(target_feature = "sme-b16b16") || $crate::detect::__is_feature_detected::sme_b16b16() };
    ("sme-f16f16") => { cfg!(target_feature = "sme-f16f16") || $crate::detect::__is_feature_detected::sme_f16f16() };
    ("sme-f64f64") => { cfg!(target_feature = "sme-f64f64") || $crate::detect::__is_feature_detected::sme_f64f64() };
    ("sme-f8f16") => { cfg!(target_feature = "sme-f8f16") || $crate::detect::__is_feature_detected::sme_f8f16() };
    ("sme-f8f32") => { cfg!(target_feature = "sme-f8f32") || $crate::detect::__is_feature_detected::sme_f8f32() };
    ("sme-fa64") => { cfg!(target_feature = "sme-fa64") || $crate::detect::__is_feature_detected::sme_fa64() };
    ("sme-i16i64") => { cfg!(target_feature = "sme-i16i64") || $crate::detect::__is_feature_detected::sme_i16i64() };
    ("sme-lutv2") => { cfg!(target_feature = "sme-lutv2") || $crate::detect::__is_feature_detected::sme_lutv2() };
    ("ssbs") => { cfg!(target_feature = "ssbs") || $crate::detect::__is_feature_detected::ssbs() };
    ("ssve-fp8dot2") => { cfg!(target_feature = "ssve-fp8dot2") || $crate::detect::__is_feature_detected::ssve_fp8dot2() };
    ("ssve-fp8dot4") => { cfg!(target_feature = "ssve-fp8dot4") || $crate::detect::__is_feature_detected::ssve_fp8dot4() };
    ("ssve-fp8fma") => { cfg!(target_feature = "ssve-fp8fma") || $crate::detect::__is_feature_detected::ssve_fp8fma() };
    ("sve") => { cfg!(target_feature = "sve") || $crate::detect::__is_feature_detected::sve() };
    ("sve2") => { cfg!(target_feature = "sve2") || $crate::detect::__is_feature_detected::sve2() };
    ("sve2p1") => { cfg!(target_feature = "sve2p1") || $crate::detect::__is_feature_detected::sve2p1() };
    ("sve2-aes") => { cfg!(target_feature = "sve2-aes") || $crate::detect::__is_feature_detected::sve2_aes() };
    ("sve-b16b16") => { cfg!(target_feature = "sve-b16b16") || $crate::detect::__is_feature_detected::sve_b16b16() };
    ("sve2-bitperm") => { cfg!(target_feature = "sve2-bitperm") || $crate::detect::__is_feature_detected::sve2_bitperm() };
    ("sve2-sha3") => { cfg!(target_feature = "sve2-sha3") || $crate::detect::__is_feature_detected::sve2_sha3() };
    ("sve2-sm4") => { cfg!(target_feature = "sve2-sm4") || $crate::detect::__is_feature_detected::sve2_sm4() };
    ("tme") => { cfg!(target_feature = "tme") || $crate::detect::__is_feature_detected::tme() };
    ("wfxt") => { cfg!(target_feature = "wfxt") || $crate::detect::__is_feature_detected::wfxt() };
    ("asimd") => {{ $crate::is_aarch64_feature_detected!("neon") }};
    ("ras") => { compile_error!(concat!(stringify!("ras"), " feature cannot be detected at run-time")) };
    ("v8.1a") => { compile_error!(concat!(stringify!("v8.1a"), " feature cannot be detected at run-time")) };
    ("v8.2a") => { compile_error!(concat!(stringify!("v8.2a"), " feature cannot be detected at run-time")) };
    ("v8.3a") => { compile_error!(concat!(stringify!("v8.3a"), " feature cannot be detected at run-time")) };
    ("v8.4a") => { compile_error!(concat!(stringify!("v8.4a"), " feature cannot be detected at run-time")) };
    ("v8.5a") => { compile_error!(concat!(stringify!("v8.5a"), " feature cannot be detected at run-time")) };
    ("v8.6a") => { compile_error!(concat!(stringify!("v8.6a"), " feature cannot be detected at run-time")) };
    ("v8.7a") => { compile_error!(concat!(stringify!("v8.7a"), " feature cannot be detected at run-time")) };
    ("v8.8a") => { compile_error!(concat!(stringify!("v8.8a"), " feature cannot be detected at run-time")) };
    ("v8.9a") => { compile_error!(concat!(stringify!("v8.9a"), " feature cannot be detected at run-time")) };
    ("v9.1a") => { compile_error!(concat!(stringify!("v9.1a"), " feature cannot be detected at run-time")) };
    ("v9.2a") => { compile_error!(concat!(stringify!("v9.2a"), " feature cannot be detected at run-time")) };
    ("v9.3a") => { compile_error!(concat!(stringify!("v9.3a"), " feature cannot be detected at run-time")) };
    ("v9.4a") => { compile_error!(concat!(stringify!("v9.4a"), " feature cannot be detected at run-time")) };
    ("v9.5a") => { compile_error!(concat!(stringify!("v9.5a"), " feature cannot be detected at run-time")) };
    ("v9a") => { compile_error!(concat!(stringify!("v9a"), " feature cannot be detected at run-time")) };
    ($feature:tt,) => { $crate::is_aarch64_feature_detected!($feature) };
    ($feature:tt) => { compile_error!(concat!("unknown aarch64 target feature: ", $feature)) };
}
#[macro_export]
#[cfg(not(any(target_arch = "aarch64", target_arch = "arm64ec")))]
macro_rules! is_aarch64_feature_detected {
    ($feature:tt $(,)?) => { compile_error!("this macro cannot be used on the current target") };
}

#[macro_export]
#[cfg(any(target_arch = "riscv32", target_arch = "riscv64"))]
macro_rules! is_riscv_feature_detected {
    ("rv32i") => { $crate::detect::__is_feature_detected::rv32i() };
    ("rv32e") => { $crate::detect::__is_feature_detected::rv32e() };
    ("rv64i") => { $crate::detect::__is_feature_detected::rv64i() };
    ("rv128i") => { $crate::detect::__is_feature_detected::rv128i() };
    ("unaligned-scalar-mem") => { cfg!(target_feature = "unaligned-scalar-mem") || $crate::detect::__is_feature_detected::unaligned_scalar_mem() };
    ("unaligned-vector-mem") => { cfg!(target_feature = "unaligned-vector-mem") || $crate::detect::__is_feature_detected::unaligned_vector_mem() };
    ("zicsr") => { cfg!(target_feature = "zicsr") || $crate::detect::__is_feature_detected::zicsr() };
    ("zicntr") => { cfg!(target_feature = "zicntr") || $crate::detect::__is_feature_detected::zicntr() };
    ("zihpm") => { cfg!(target_feature = "zihpm") || $crate::detect::__is_feature_detected::zihpm() };
    ("zifencei") => { cfg!(target_feature = "zifencei") || $crate::detect::__is_feature_detected::zifencei() };
    ("zihintntl") => { cfg!(target_feature = "zihintntl") || $crate::detect::__is_feature_detected::zihintntl() };
    ("zihintpause") => { cfg!(target_feature = "zihintpause") || $crate::detect::__is_feature_detected::zihintpause() };
    ("zimop") => { cfg!(target_feature = "zimop") || $crate::detect::__is_feature_detected::zimop() };
    ("zicbom") => { cfg!(target_feature = "zicbom") || $crate::detect::__is_feature_detected::zicbom() };
    ("zicboz") => { cfg!(target_feature = "zicboz") || $crate::detect::__is_feature_detected::zicboz() };
    ("zicond") => { cfg!(target_feature = "zicond") || $crate::detect::__is_feature_detected::zicond() };
    ("m") => { cfg!(target_feature = "m") || $crate::detect::__is_feature_detected::m() };
    ("a") => { cfg!(target_feature = "a") || $crate::detect::__is_feature_detected::a() };
    ("zalrsc") => { cfg!(target_feature = "zalrsc") || $crate::detect::__is_feature_detected::zalrsc() };
    ("zaamo") => { cfg!(target_feature = "zaamo") || $crate::detect::__is_feature_detected::zaamo() };
    ("zawrs") => { cfg!(target_feature = "zawrs") || $crate::detect::__is_feature_detected::zawrs() };
    ("zabha") => { cfg!(target_feature = "zabha") || $crate::detect::__is_feature_detected::zabha() };
    ("zacas") => { cfg!(target_feature = "zacas") || $crate::detect::__is_feature_detected::zacas() };
    ("zam") => { $crate::detect::__is_feature_detected::zam() };
    ("ztso") => { cfg!(target_feature = "ztso") || $crate::detect::__is_feature_detected::ztso() };
    ("f") => { cfg!(target_feature = "f") || $crate::detect::__is_feature_detected::f() };
    ("d") => { cfg!(target_feature = "d") || $crate::detect::__is_feature_detected::d() };
    ("q") => { $crate::detect::__is_feature_detected::q() };
    ("zfh") => { cfg!(target_feature = "zfh") || $crate::detect::__is_feature_detected::zfh() };
    ("zfhmin") => { cfg!(target_feature = "zfhmin") || $crate::detect::__is_feature_detected::zfhmin() };
    ("zfa") => { cfg!(target_feature = "zfa") || $crate::detect::__is_feature_detected::zfa() };
    ("zfbfmin") => { cfg!(target_feature = "zfbfmin") || $crate::detect::__is_feature_detected::zfbfmin() };
    ("zfinx") => { cfg!(target_feature = "zfinx") || $crate::detect::__is_feature_detected::zfinx() };
    ("zdinx") => { cfg!(target_feature = "zdinx") || $crate::detect::__is_feature_detected::zdinx() };
    ("zhinx") => { cfg!(target_feature = "zhinx") || $crate::detect::__is_feature_detected::zhinx() };
    ("zhinxmin") => { cfg!(target_feature = "zhinxmin") || $crate::detect::__is_feature_detected::zhinxmin() };
    ("c") => { cfg!(target_feature = "c") || $crate::detect::__is_feature_detected::c() };
    ("zca") => { cfg!(target_feature = "zca") || $crate::detect::__is_feature_detected::zca() };
    ("zcf") => { $crate::detect::__is_feature_detected::zcf() };
    ("zcd") => { $crate::detect::__is_feature_detected::zcd() };
    ("zcb") => { cfg!(target_feature = "zcb") || $crate::detect::__is_feature_detected::zcb() };
    ("zcmop") => { cfg!(target_feature = "zcmop") || $crate::detect::__is_feature_detected::zcmop() };
    ("b") => { cfg!(target_feature = "b") || $crate::detect::__is_feature_detected::b() };
    ("zba") => { cfg!(target_feature = "zba") || $crate::detect::__is_feature_detected::zba() };
    ("zbb") => { cfg!(target_feature = "zbb") || $crate::detect::__is_feature_detected::zbb() };
    ("zbc") => { cfg!(target_feature = "zbc") || $crate::detect::__is_feature_detected::zbc() };
    ("zbs") => { cfg!(target_feature = "zbs") || $crate::detect::__is_feature_detected::zbs() };
    ("zbkb") => { cfg!(target_feature = "zbkb") || $crate::detect::__is_feature_detected::zbkb() };
    ("zbkc") => { cfg!(target_feature = "zbkc") || $crate::detect::__is_feature_detected::zbkc() };
    ("zbkx") => { cfg!(target_feature = "zbkx") || $crate::detect::__is_feature_detected::zbkx() };
    ("zknd") => { cfg!(target_feature = "zknd") || $crate::detect::__is_feature_detected::zknd() };
    ("zkne") => { cfg!(target_feature = "zkne") || $crate::detect::__is_feature_detected::zkne() };
    ("zknh") => { cfg!(target_feature = "zknh") || $crate::detect::__is_feature_detected::zknh() };
    ("zksed") => { cfg!(target_feature = "zksed") || $crate::detect::__is_feature_detected::zksed() };
    ("zksh") => { cfg!(target_feature = "zksh") || $crate::detect::__is_feature_detected::zksh() };
    ("zkr") => { cfg!(target_feature = "zkr") || $crate::detect::__is_feature_detected::zkr() };
    ("zkn") => { cfg!(target_feature = "zkn") || $crate::detect::__is_feature_detected::zkn() };
    ("zks") => { cfg!(target_feature = "zks") || $crate::detect::__is_feature_detected::zks() };
    ("zk") => { cfg!(target_feature = "zk") || $crate::detect::__is_feature_detected::zk() };
    ("zkt") => { cfg!(target_feature = "zkt") || $crate::detect::__is_feature_detected::zkt() };
    ("v") => { cfg!(target_feature = "v") || $crate::detect::__is_feature_detected::v() };
    ("zve32x") => { cfg!(target_feature = "zve32x") || $crate::detect::__is_feature_detected::zve32x() };
    ("zve32f") => { cfg!(target_feature = "zve32f") || $crate::detect::__is_feature_detected::zve32f() };
    ("zve64x") => { cfg!(target_feature = "zve64x") || $crate::detect::__is_feature_detected::zve64x() };
    ("zve64f") => { cfg!(target_feature = "zve64f") || $crate::detect::__is_feature_detected::zve64f() };
    ("zve64d") => { cfg!(target_feature = "zve64d") || $crate::detect::__is_feature_detected::zve64d() };
    ("zvfh") => { cfg!(target_feature = "zvfh") || $crate::detect::__is_feature_detected::zvfh() };
    ("zvfhmin") => { cfg!(target_feature = "zvfhmin") || $crate::detect::__is_feature_detected::zvfhmin() };
    ("zvfbfmin") => { cfg!(target_feature = "zvfbfmin") || $crate::detect::__is_feature_detected::zvfbfmin() };
    ("zvfbfwma") => { cfg!(target_feature = "zvfbfwma") || $crate::detect::__is_feature_detected::zvfbfwma() };
    ("zvbb") => { cfg!(target_feature = "zvbb") || $crate::detect::__is_feature_detected::zvbb() };
    ("zvbc") => { cfg!(target_feature = "zvbc") || $crate::detect::__is_feature_detected::zvbc() };
    ("zvkb") => { cfg!(target_feature = "zvkb") || $crate::detect::__is_feature_detected::zvkb() };
    ("zvkg") => { cfg!(target_feature = "zvkg") || $crate::detect::__is_feature_detected::zvkg() };
    ("zvkned") => { cfg!(target_feature = "zvkned") || $crate::detect::__is_feature_detected::zvkned() };
    ("zvknha") => { cfg!(target_feature = "zvknha") || $crate::detect::__is_feature_detected::zvknha() };
    ("zvknhb") => { cfg!(target_feature = "zvknhb") || $crate::detect::__is_feature_detected::zvknhb() };
    ("zvksed") => { cfg!(target_feature = "zvksed") || $crate::detect::__is_feature_detected::zvksed() };
    ("zvksh") => { cfg!(target_feature = "zvksh") || $crate::detect::__is_feature_detected::zvksh() };
    ("zvkn") => { cfg!(target_feature = "zvkn") || $crate::detect::__is_feature_detected::zvkn() };
    ("zvknc") => { cfg!(target_feature = "zvknc") || $crate::detect::__is_feature_detected::zvknc() };
    ("zvkng") => { cfg!(target_feature = "zvkng") || $crate::detect::__is_feature_detected::zvkng() };
    ("zvks") => { cfg!(target_feature = "zvks") || $crate::detect::__is_feature_detected::zvks() };
    ("zvksc") => { cfg!(target_feature = "zvksc") || $crate::detect::__is_feature_detected::zvksc() };
    ("zvksg") => { cfg!(target_feature = "zvksg") || $crate::detect::__is_feature_detected::zvksg() };
    ("zvkt") => { cfg!(target_feature = "zvkt") || $crate::detect::__is_feature_detected::zvkt() };
    ("j") => { $crate::detect::__is_feature_detected::j() };
    ("p") => { $crate::detect::__is_feature_detected::p() };
    ($feature:tt,) => { $crate::is_riscv_feature_detected!($feature) };
    ($feature:tt) => { compile_error!(concat!("unknown riscv target feature: ", $feature)) };
}
#[macro_export]
#[cfg(not(any(target_arch = "riscv32", target_arch = "riscv64")))]
macro_rules! is_riscv_feature_detected {
    ($feature:tt $(,)?) => { compile_error!("this macro cannot be used on the current target") };
}

#[macro_export]
#[cfg(target_arch = "powerpc")]
macro_rules! is_powerpc_feature_detected {
    ("altivec") => { cfg!(target_feature = "altivec") || $crate::detect::__is_feature_detected::altivec() };
    ("vsx") => { cfg!(target_feature = "vsx") || $crate::detect::__is_feature_detected::vsx() };
    ("power8") => { $crate::detect::__is_feature_detected::power8() };
    ("power8-altivec") => { cfg!(target_feature = "power8-altivec") || $crate::detect::__is_feature_detected::power8_altivec() };
    ("power8-vector") => { cfg!(target_feature = "power8-vector") || $crate::detect::__is_feature_detected::power8_vector() };
    ("power8-crypto") => { cfg!(target_feature = "power8-crypto") || $crate::detect::__is_feature_detected::power8_crypto() };
    ("power9") => { $crate::detect::__is_feature_detected::power9() };
    ("power9-altivec") => { cfg!(target_feature = "power9-altivec") || $crate::detect::__is_feature_detected::power9_altivec() };
    ("power9-vector") => { cfg!(target_feature = "power9-vector") || $crate::detect::__is_feature_detected::power9_vector() };
    ($feature:tt,) => { $crate::is_powerpc_feature_detected!($feature) };
    ($feature:tt) => { compile_error!(concat!("unknown powerpc target feature: ", $feature)) };
}
#[macro_export]
#[cfg(not(target_arch = "powerpc"))]
macro_rules! is_powerpc_feature_detected {
    ($feature:tt $(,)?) => { compile_error!("this macro cannot be used on the current target") };
}

#[macro_export]
#[cfg(target_arch = "powerpc64")]
macro_rules! is_powerpc64_feature_detected {
    ("altivec") => { cfg!(target_feature = "altivec") || $crate::detect::__is_feature_detected::altivec() };
    ("vsx") => { cfg!(target_feature = "vsx") || $crate::detect::__is_feature_detected::vsx() };
    ("power8") => { $crate::detect::__is_feature_detected::power8() };
    ("power8-altivec") => { cfg!(target_feature = "power8-altivec") || $crate::detect::__is_feature_detected::power8_altivec() };
    ("power8-vector") => { cfg!(target_feature = "power8-vector") || $crate::detect::__is_feature_detected::power8_vector() };
    ("power8-crypto") => { cfg!(target_feature = "power8-crypto") || $crate::detect::__is_feature_detected::power8_crypto() };
    ("power9") => { $crate::detect::__is_feature_detected::power9() };
    ("power9-altivec") => { cfg!(target_feature = "power9-altivec") || $crate::detect::__is_feature_detected::power9_altivec() };
    ("power9-vector") => { cfg!(target_feature = "power9-vector") || $crate::detect::__is_feature_detected::power9_vector() };
    ($feature:tt,) => { $crate::is_powerpc64_feature_detected!($feature) };
    ($feature:tt) => { compile_error!(concat!("unknown powerpc64 target feature: ", $feature)) };
}
#[macro_export]
#[cfg(not(target_arch = "powerpc64"))]
macro_rules! is_powerpc64_feature_detected {
    ($feature:tt $(,)?) => { compile_error!("this macro cannot be used on the current target") };
}

#[macro_export]
#[cfg(target_arch = "mips")]
macro_rules! is_mips_feature_detected {
    ("msa") => { cfg!(target_feature = "msa") || $crate::detect::__is_feature_detected::msa() };
    ($feature:tt,) => { $crate::is_mips_feature_detected!($feature) };
    ($feature:tt) => { compile_error!(concat!("unknown mips target feature: ", $feature)) };
}
#[macro_export]
#[cfg(not(target_arch = "mips"))]
macro_rules! is_mips_feature_detected {
    ($feature:tt $(,)?) => { compile_error!("this macro cannot be used on the current target") };
}

#[macro_export]
#[cfg(target_arch = "mips64")]
macro_rules! is_mips64_feature_detected {
    ("msa") => { cfg!(target_feature = "msa") || $crate::detect::__is_feature_detected::msa() };
    ($feature:tt,) => { $crate::is_mips64_feature_detected!($feature) };
    ($feature:tt) => { compile_error!(concat!("unknown mips64 target feature: ", $feature)) };
}
#[macro_export]
#[cfg(not(target_arch = "mips64"))]
macro_rules! is_mips64_feature_detected {
    ($feature:tt $(,)?) => { compile_error!("this macro cannot be used on the current target") };
}

#[macro_export]
#[cfg(target_arch = "s390x")]
macro_rules! is_s390x_feature_detected {
    ("concurrent-functions") => { cfg!(target_feature = "concurrent-functions") || $crate::detect::__is_feature_detected::concurrent_functions() };
    ("deflate-conversion") => { cfg!(target_feature = "deflate-conversion") || $crate::detect::__is_feature_detected::deflate_conversion() };
    ("enhanced-sort") => { cfg!(target_feature = "enhanced-sort") || $crate::detect::__is_feature_detected::enhanced_sort() };
    ("guarded-storage") => { cfg!(target_feature = "guarded-storage") || $crate::detect::__is_feature_detected::guarded_storage() };
    ("high-word") => { cfg!(target_feature = "high-word") || $crate::detect::__is_feature_detected::high_word() };
    ("message-security-assist-extension3") => { cfg!(target_feature = "message-security-assist-extension3") || $crate::detect::__is_feature_detected::message_security_assist_extension3() };
    ("message-security-assist-extension4") => { cfg!(target_feature = "message-security-assist-extension4") || $crate::detect::__is_feature_detected::message_security_assist_extension4() };
    ("message-security-assist-extension5") => { cfg!(target_feature = "message-security-assist-extension5") || $crate::detect::__is_feature_detected::message_security_assist_extension5() };
    ("message-security-assist-extension8") => { cfg!(target_feature = "message-security-assist-extension8") || $crate::detect::__is_feature_detected::message_security_assist_extension8() };
    ("message-security-assist-extension9") => { cfg!(target_feature = "message-security-assist-extension9") || $crate::detect::__is_feature_detected::message_security_assist_extension9() };
    ("message-security-assist-extension12") => { cfg!(target_feature = "message-security-assist-extension12") || $crate::detect::__is_feature_detected::message_security_assist_extension12() };
    ("miscellaneous-extensions-2") => { cfg!(target_feature = "miscellaneous-extensions-2") || $crate::detect::__is_feature_detected::miscellaneous_extensions_2() };
    ("miscellaneous-extensions-3") => { cfg!(target_feature = "miscellaneous-extensions-3") || $crate::detect::__is_feature_detected::miscellaneous_extensions_3() };
    ("miscellaneous-extensions-4") => { cfg!(target_feature = "miscellaneous-extensions-4") || $crate::detect::__is_feature_detected::miscellaneous_extensions_4() };
    ("nnp-assist") => { cfg!(target_feature = "nnp-assist") || $crate::detect::__is_feature_detected::nnp_assist() };
    ("transactional-execution") => { cfg!(target_feature = "transactional-execution") || $crate::detect::__is_feature_detected::transactional_execution() };
    ("vector") => { cfg!(target_feature = "vector") || $crate::detect::__is_feature_detected::vector() };
    ("vector-enhancements-1") => { cfg!(target_feature = "vector-enhancements-1") || $crate::detect::__is_feature_detected::vector_enhancements_1() };
    ("vector-enhancements-2") => { cfg!(target_feature = "vector-enhancements-2") || $crate::detect::__is_feature_detected::vector_enhancements_2() };
    ("vector-enhancements-3") => { cfg!(target_feature = "vector-enhancements-3") || $crate::detect::__is_feature_detected::vector_enhancements_3() };
    ("vector-packed-decimal") => { cfg!(target_feature = "vector-packed-decimal") || $crate::detect::__is_feature_detected::vector_packed_decimal() };
    ("vector-packed-decimal-enhancement") => { cfg!(target_feature = "vector-packed-decimal-enhancement") || $crate::detect::__is_feature_detected::vector_packed_decimal_enhancement() };
    ("vector-packed-decimal-enhancement-2") => { cfg!(target_feature = "vector-packed-decimal-enhancement-2") || $crate::detect::__is_feature_detected::vector_packed_decimal_enhancement_2() };
    ("vector-packed-decimal-enhancement-3") => { cfg!(target_feature = "vector-packed-decimal-enhancement-3") || $crate::detect::__is_feature_detected::vector_packed_decimal_enhancement_3() };
    ($feature:tt,) => { $crate::is_s390x_feature_detected!($feature) };
    ($feature:tt) => { compile_error!(concat!("unknown s390x target feature: ", $feature)) };
}
#[macro_export]
#[cfg(not(target_arch = "s390x"))]
macro_rules! is_s390x_feature_detected {
    ($feature:tt $(,)?) => { compile_error!("this macro cannot be used on the current target") };
}

#[macro_export]
#[cfg(any(target_arch = "loongarch32", target_arch = "loongarch64"))]
macro_rules! is_loongarch_feature_detected {
    ("32s") => { cfg!(target_feature = "32s") || $crate::detect::__is_feature_detected::_32s() };
    ("f") => { cfg!(target_feature = "f") || $crate::detect::__is_feature_detected::f() };
    ("d") => { cfg!(target_feature = "d") || $crate::detect::__is_feature_detected::d() };
    ("frecipe") => { cfg!(target_feature = "frecipe") || $crate::detect::__is_feature_detected::frecipe() };
    ("div32") => { cfg!(target_feature = "div32") || $crate::detect::__is_feature_detected::div32() };
    ("lsx") => { cfg!(target_feature = "lsx") || $crate::detect::__is_feature_detected::lsx() };
    ("lasx") => { cfg!(target_feature = "lasx") || $crate::detect::__is_feature_detected::lasx() };
    ("lam-bh") => { cfg!(target_feature = "lam-bh") || $crate::detect::__is_feature_detected::lam_bh() };
    ("lamcas") => { cfg!(target_feature = "lamcas") || $crate::detect::__is_feature_detected::lamcas() };
    ("ld-seq-sa") => { cfg!(target_feature = "ld-seq-sa") || $crate::detect::__is_feature_detected::ld_seq_sa() };
    ("scq") => { cfg!(target_feature = "scq") || $crate::detect::__is_feature_detected::scq() };
    ("lbt") => { cfg!(target_feature = "lbt") || $crate::detect::__is_feature_detected::lbt() };
    ("lvz") => { cfg!(target_feature = "lvz") || $crate::detect::__is_feature_detected::lvz() };
    ("ual") => { cfg!(target_feature = "ual") || $crate::detect::__is_feature_detected::ual() };
    ($feature:tt,) => { $crate::is_loongarch_feature_detected!($feature) };
    ($feature:tt) => { compile_error!(concat!("unknown loongarch target feature: ", $feature)) };
}
#[macro_export]
#[cfg(not(any(target_arch = "loongarch32", target_arch = "loongarch64")))]
macro_rules! is_loongarch_feature_detected {
    ($feature:tt $(,)?) => { compile_error!("this macro cannot be used on the current target") };
}
