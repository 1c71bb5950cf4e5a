// line
/// outer
//// not doc
//! inner
/* block */ /** outer */ /*! inner */ /*** not doc */ /**/ /* nested /* deeper */ still */ a/*b*/c //
/* unterminated /* one */
