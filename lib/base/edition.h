// The language editions (Rust Reference, appendix "Editions").
#pragma once

#include <cstdint>

namespace rp {

enum class Edition : uint16_t { k2015 = 2015, k2018 = 2018, k2021 = 2021, k2024 = 2024 };

inline constexpr Edition kLatestEdition = Edition::k2024;

}  // namespace rp
