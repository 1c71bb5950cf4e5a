/* Libraries that are not what the loader looks for: FAKE_OTHER has no function of librustpro, FAKE_OLD says that its
 * interface is another one, and one with neither has but one function. */
#include <rustpro/base.h>

/* Declared here, because not every build of these uses all. */
RP_API int fake_library(void);
int fake_library(void) { return 1; }

#if !defined(FAKE_OTHER)
int rp_abi_compatible(uint32_t major, uint32_t minor) {
  (void)major;
  (void)minor;
#if defined(FAKE_OLD)
  return 0;
#else
  return 1;
#endif
}

#if defined(FAKE_OLD)
rp_string rp_version_string(void) {
  rp_string text = {"0.0.7", 5};
  return text;
}
#endif
#endif
